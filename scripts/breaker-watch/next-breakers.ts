import type { Replica } from '../access/replica.ts'
import type { BreakerRule } from '../envoy-admin/breaker-rules.ts'
import type { HostStatus } from '../envoy-admin/clusters.ts'
import { type OutboundCluster, parseOutboundCluster } from '../envoy-admin/outbound-cluster.ts'
import type { ClusterStats } from '../envoy-admin/stats.ts'
import type { Breaker, BreakerChange, BreakerName, BreakerState, HostBreaker, PoolBreaker } from './breaker.ts'
import { hostState } from './host-state.ts'
import { ejectedBy, ejectionsByDetector, openLimits, refusals } from './pool-statistics.ts'
import type { ClusterSnapshot, ProxySnapshot } from './snapshot.ts'

/** The breakers of one caller's proxy, and what changed since the snapshot before. */
export interface ProxyBreakers {
  readonly caller: Replica
  readonly atMs: number
  readonly breakers: readonly Breaker[]
  /** Of breakers that were there before, too. */
  readonly changes: readonly BreakerChange[]
  /** What the next snapshot is compared with. */
  readonly clusters: ReadonlyMap<string, ClusterSnapshot>
}

/**
 * A snapshot → the state of every breaker. Pure. A proxy that was restarted begins anew.
 * @param before what this returned for the snapshot before; undefined for the first
 */
export function nextBreakers(before: ProxyBreakers | undefined, snapshot: ProxySnapshot): ProxyBreakers {
  const { caller, atMs, clusters } = snapshot
  const earlier = before && !hasRestarted(before.clusters, clusters) ? before : undefined
  const known = new Map(earlier?.breakers.map((breaker) => [keyOf(breaker), breaker]))
  const breakers = [...clusters].flatMap(([name, cluster]) => {
    const outbound = parseOutboundCluster(name)
    if (outbound === undefined) return []
    const of = breakersOf(caller, outbound, snapshot.names)
    const poolBefore = earlier?.clusters.get(name)?.pool
    const cause = ejectedBy(poolBefore, cluster.pool)
    return [
      nextPool(known.get(keyOf(of.pool)), of.pool, cluster),
      ...cluster.hosts.map((host) => {
        const named = of.host(host)
        return nextHost(known.get(keyOf(named)), { named, host, rule: snapshot.rules.get(name), atMs, cause })
      }),
    ]
  })
  const previous = new Map(before?.breakers.map((breaker) => [keyOf(breaker), breaker]))
  const changes = breakers.flatMap((breaker) => changeOf(previous.get(keyOf(breaker)), breaker, atMs, earlier === undefined) ?? [])
  return { caller, atMs, breakers, changes, clusters }
}

/** One name for one breaker: also the same host is another breaker for another subset of its destination. */
export const keyOf = ({ callerNamespace, caller, hostname, port, subset, host }: BreakerName): string =>
  `${callerNamespace}/${caller} ${hostname}:${port}/${subset} ${host}`

function breakersOf({ name: caller, namespace: callerNamespace }: Replica, outbound: OutboundCluster, names: ReadonlyMap<string, string>) {
  const common = { caller, callerNamespace, ...outbound }
  const [service = outbound.hostname] = outbound.hostname.endsWith('.svc.cluster.local') ? outbound.hostname.split('.') : []
  return {
    pool: { ...common, host: `${[service, outbound.subset].filter(Boolean).join(' ')} pool` },
    host: ({ address }: HostStatus): BreakerName => ({ ...common, host: names.get(address) ?? names.get(withoutPort(address)) ?? address }),
  }
}

/** A pod has one address, whichever port of it is called. */
const withoutPort = (address: string): string => address.slice(0, address.lastIndexOf(':'))

/** Counters of an Envoy only fall when it begins anew; by its hosts, because those are counted always. */
const hasRestarted = (before: ReadonlyMap<string, ClusterSnapshot>, now: ReadonlyMap<string, ClusterSnapshot>): boolean =>
  [...now].some(([name, { hosts }]) =>
    hosts.some(({ address, requests }) => {
      const earlier = before.get(name)?.hosts.find((host) => host.address === address)
      return earlier !== undefined && requests < earlier.requests
    }),
  )

/** `sinceMs` of a breaker whose state is `state` now. */
const since = (before: Breaker | undefined, state: BreakerState, atMs: number): { readonly sinceMs?: number } => {
  if (before === undefined) return {}
  if (before.state !== state) return { sinceMs: atMs }
  return before.sinceMs === undefined ? {} : { sinceMs: before.sinceMs }
}

const sum = (counts: Iterable<number>): number => [...counts].reduce((total, count) => total + count, 0)

const allEjections = (pool: ClusterStats): number => sum(ejectionsByDetector(pool).values())

function nextPool(before: Breaker | undefined, named: BreakerName, { pool, atMs, latencyMs }: ClusterSnapshot): PoolBreaker {
  const open = openLimits(pool)
  const state = open.length > 0 ? 'overflow' : 'closed'
  return {
    kind: 'pool',
    ...named,
    state,
    ...since(before, state, atMs),
    ...(open.length > 0 && { cause: open.join(', ') }),
    refused: refusals(pool),
    ejections: allEjections(pool),
    ...(latencyMs && { latencyMs }),
  }
}

interface HostNow {
  readonly named: BreakerName
  readonly host: HostStatus
  readonly rule: BreakerRule | undefined
  readonly atMs: number
  /** The detectors that ejected since the snapshot before. */
  readonly cause: string | undefined
}

function nextHost(known: Breaker | undefined, { named, host, rule, atMs, cause }: HostNow): HostBreaker {
  const before = known?.kind === 'host' ? known : undefined
  const state = hostState(before, host)
  const isNew = state === 'ejected' && before !== undefined && before.state !== 'ejected'
  const backOff = backOffOf(before, state, atMs, rule)
  const ejectedBecause = isNew ? cause : before?.cause
  const { requests, active, succeeded, failed } = host
  return {
    kind: 'host',
    ...named,
    state,
    ...since(before, state, atMs),
    ...(state === 'ejected' && ejectedBecause !== undefined && { cause: ejectedBecause }),
    requests,
    active,
    succeeded,
    failed,
    failuresInARow: failuresInARow(before, host),
    ...(rule?.ejectsAt !== undefined && { ejectsAt: rule.ejectsAt }),
    ejections: (before?.ejections ?? 0) + (isNew ? 1 : 0),
    ...returnOf(before, { state, isNew, atMs, rule, backOff }),
    backOff,
  }
}

/** A success between two snapshots ends the row; what failed after it in the same moment is not known, and not counted. */
function failuresInARow(before: HostBreaker | undefined, { succeeded, failed }: HostStatus): number {
  if (before === undefined || succeeded > before.succeeded) return 0
  return before.failuresInARow + failed - before.failed
}

interface Timing {
  readonly state: BreakerState
  readonly isNew: boolean
  readonly atMs: number
  readonly rule: BreakerRule | undefined
  readonly backOff: number
}

/** One more with each ejection; one less with each interval that the host stays, as Envoy counts it. */
function backOffOf(before: HostBreaker | undefined, state: BreakerState, atMs: number, rule: BreakerRule | undefined): number {
  if (before === undefined || before.state === state) return before?.backOff ?? 0
  const stayedMs = before.state === 'ejected' || before.sinceMs === undefined ? 0 : atMs - before.sinceMs
  const left = Math.max(0, before.backOff - Math.floor(stayedMs / (rule?.intervalMs ?? Infinity)))
  return state === 'ejected' ? left + 1 : left
}

function returnOf(before: HostBreaker | undefined, { state, isNew, atMs, rule, backOff }: Timing) {
  if (state !== 'ejected') return {}
  if (!isNew) return before?.returnsAtMs === undefined ? {} : { returnsAtMs: before.returnsAtMs }
  return rule === undefined ? {} : { returnsAtMs: atMs + Math.min(rule.baseEjectionMs * backOff, rule.maxEjectionMs) }
}

function changeOf(before: Breaker | undefined, now: Breaker, atMs: number, restarted: boolean): BreakerChange | undefined {
  if (before === undefined || before.state === now.state) return undefined
  const { caller, callerNamespace, hostname, port, subset, host } = now
  const cause = restarted ? 'the proxy was restarted' : causeOf(before, now)
  return {
    atMs,
    caller,
    callerNamespace,
    hostname,
    port,
    subset,
    host,
    from: before.state,
    to: now.state,
    ...(cause !== undefined && { cause }),
    ...(before.sinceMs !== undefined && { lastedMs: atMs - before.sinceMs }),
  }
}

function causeOf(before: Breaker, now: Breaker): string | undefined {
  if (now.state === 'probation') return 'its time was over'
  if (now.state !== 'closed') return now.cause
  if (before.state === 'overflow') return 'requests are taken again'
  return before.state === 'ejected' ? 'its time was over, and it answered' : 'it answered'
}
