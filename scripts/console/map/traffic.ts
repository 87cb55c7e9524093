import type { Breaker, BreakerState } from '../../breaker-watch/breaker.ts'
import type { MapTopology } from './topology.ts'

/** One service's calls to another one, all replicas of both together. */
export interface CallTraffic {
  readonly from: string
  readonly to: string
  /** The worst of its breakers; undefined while no proxy has told of it. */
  readonly state: BreakerState | undefined
  /** Each a second, since the look before. */
  readonly requests: number
  readonly failed: number
  readonly refused: number
  /** Pairs of a caller's proxy and a host, and how many of them are ejected. */
  readonly hosts: number
  readonly ejected: number
}

export interface TopicTraffic {
  readonly name: string
  /** Records a second. */
  readonly records: number
}

export interface MapMessage {
  readonly atMs: number
  readonly topology: MapTopology
  readonly calls: readonly CallTraffic[]
  /** Of those whose brokers answer. */
  readonly topics: readonly TopicTraffic[]
  /** Why nothing is known of the topics. */
  readonly withoutTopics?: string
}

const worst: readonly BreakerState[] = ['ejected', 'overflow', 'probation', 'closed']

/** What proxies showed twice → how the calls of the topology go. */
export function callsTraffic(
  { services, calls }: MapTopology,
  now: { readonly atMs: number; readonly breakers: readonly Breaker[] },
  before: { readonly atMs: number; readonly breakers: readonly Breaker[] } | undefined,
): CallTraffic[] {
  const names = services.map(({ name }) => name).sort((one, other) => other.length - one.length)
  // A replica is called after its workload; the longest name that fits is meant.
  const workloadOf = (caller: string): string | undefined => names.find((name) => caller === name || caller.startsWith(`${name}-`))
  const seconds = before && now.atMs > before.atMs ? (now.atMs - before.atMs) / 1000 : undefined
  const earlier = new Map(before?.breakers.map((breaker) => [keyOf(breaker), breaker]))
  const sum = (breakers: readonly Breaker[], countOf: (breaker: Breaker) => number): number =>
    seconds === undefined
      ? 0
      : breakers.reduce((total, breaker) => {
          const old = earlier.get(keyOf(breaker))
          // A proxy that was started anew counts from 0.
          return total + (old === undefined ? 0 : Math.max(0, countOf(breaker) - countOf(old)))
        }, 0) / seconds
  const own = Map.groupBy(now.breakers, ({ caller, hostname }) => `${workloadOf(caller)} ${hostname.split('.')[0]}`)
  return calls.map(({ from, to }) => {
    const breakers = own.get(`${from} ${to}`) ?? []
    const hosts = breakers.filter(({ kind }) => kind === 'host')
    return {
      from,
      to,
      state: worst.find((state) => breakers.some((breaker) => breaker.state === state)),
      requests: sum(breakers, (breaker) => (breaker.kind === 'host' ? breaker.requests : 0)),
      failed: sum(breakers, (breaker) => (breaker.kind === 'host' ? breaker.failed : 0)),
      refused: sum(breakers, (breaker) => (breaker.kind === 'pool' ? breaker.refused : 0)),
      hosts: hosts.length,
      ejected: hosts.filter(({ state }) => state === 'ejected').length,
    }
  })
}

const keyOf = ({ caller, callerNamespace, hostname, port, subset, host, kind }: Breaker): string =>
  [callerNamespace, caller, hostname, port, subset, kind, host].join(' ')

/** Ends of topics, twice → how many records came a second. */
export function topicsTraffic(
  { topics }: MapTopology,
  now: { readonly atMs: number; readonly ends: ReadonlyMap<string, number> },
  before: { readonly atMs: number; readonly ends: ReadonlyMap<string, number> } | undefined,
): TopicTraffic[] {
  const seconds = before && now.atMs > before.atMs ? (now.atMs - before.atMs) / 1000 : undefined
  return topics.map(({ name }) => {
    const [end, old] = [now.ends.get(name) ?? 0, before?.ends.get(name)]
    return { name, records: seconds === undefined || old === undefined ? 0 : Math.max(0, end - old) / seconds }
  })
}
