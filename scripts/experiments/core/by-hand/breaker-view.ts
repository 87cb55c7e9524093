import type { BreakerState } from '../../../breaker-watch/breaker.ts'
import { hostState } from '../../../breaker-watch/host-state.ts'
import { openLimits, refusals } from '../../../breaker-watch/pool-statistics.ts'
import type { ClusterSnapshot } from '../../../breaker-watch/snapshot.ts'
import type { Watched } from '../timeline.ts'

/** One caller's breaker towards one host, or its pool. Counts are since one began to look. */
export interface BreakerView {
  readonly caller: string
  /** `catalog-0`, or `catalog pool`. */
  readonly host: string
  readonly state: BreakerState
  readonly requests: number
  readonly failed: number
  /** By the pool; 0 for a host. */
  readonly refused: number
  /** In all, which is what tells the end of a probation. */
  readonly succeeded: number
}

/**
 * What a caller's proxy shows now. Pure.
 * @param first what it showed when one began to look @param before its views last time
 */
export function breakerViews(
  { caller, destination, names }: Watched,
  first: ClusterSnapshot,
  now: ClusterSnapshot,
  before: readonly BreakerView[],
): BreakerView[] {
  const hosts = now.hosts.map((host): BreakerView => {
    const name = names.get(host.address) ?? host.address
    const atFirst = first.hosts.find(({ address }) => address === host.address)
    return {
      caller: caller.name,
      host: name,
      state: hostState(
        before.find((view) => view.host === name),
        host,
      ),
      requests: host.requests - (atFirst?.requests ?? 0),
      failed: host.failed - (atFirst?.failed ?? 0),
      refused: 0,
      succeeded: host.succeeded,
    }
  })
  const isFull = openLimits(now.pool).length > 0
  const sum = (count: 'requests' | 'failed' | 'succeeded') => hosts.reduce((total, host) => total + host[count], 0)
  const pool: BreakerView = {
    caller: caller.name,
    host: `${destination.service} pool`,
    state: isFull ? 'overflow' : 'closed',
    requests: sum('requests'),
    failed: sum('failed'),
    refused: refusals(now.pool) - refusals(first.pool),
    succeeded: sum('succeeded'),
  }
  return [pool, ...hosts]
}

/** Breakers whose state is another one than before; those that were not there before are no change. */
export const changedViews = (before: readonly BreakerView[], now: readonly BreakerView[]): { from: BreakerState; to: BreakerView }[] =>
  now.flatMap((to) => {
    const from = before.find((view) => view.caller === to.caller && view.host === to.host)
    return from === undefined || from.state === to.state ? [] : [{ from: from.state, to }]
  })

/** A line a caller, for a screen that is drawn again and again. */
export function viewLines(views: readonly BreakerView[]): string[] {
  const callers = [...new Set(views.map(({ caller }) => caller))]
  return callers.map((caller) => {
    const cells = views.filter((view) => view.caller === caller).map((view) => `${view.host} ${view.state}${countsOf(view)}`)
    return `${caller}: ${cells.join(' · ')}`
  })
}

export const changeLine = ({ from, to }: { readonly from: BreakerState; readonly to: BreakerView }): string =>
  `${to.caller}: ${to.host} ${from} → ${to.state}${countsOf(to)}`

function countsOf({ requests, failed, refused }: BreakerView): string {
  const counts = [requests > 0 && `${requests} requests`, failed > 0 && `${failed} failed`, refused > 0 && `${refused} refused`]
  const said = counts.filter((text) => text !== false)
  return said.length === 0 ? '' : ` (${said.join(', ')})`
}
