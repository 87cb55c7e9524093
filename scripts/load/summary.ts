import { percentile } from '../checks/percentile.ts'
import type { Placement } from '../synthetic-orders/place-order.ts'
import type { Ending } from './await-end.ts'

/** ms; absent of nothing. */
export interface Latency {
  readonly p50Ms?: number
  readonly p99Ms?: number
}

/** What a load came to. `accepted` = `confirmed` + all `cancelled` + `lost`. */
export interface LoadSummary {
  readonly sent: number
  readonly accepted: number
  readonly confirmed: number
  /** Of those, confirmed before the load began: the same seed was sent before, and the same orders were met again. */
  readonly repeated: number
  /** By reason. */
  readonly cancelled: Readonly<Record<string, number>>
  /** Accepted orders that did not end in time: must be none. */
  readonly lost: readonly string[]
  /** 4xx by code. */
  readonly rejected: Readonly<Record<string, number>>
  readonly givenUp: number
  /** Why, by the last attempt of each. */
  readonly givenUpBecause: Readonly<Record<string, number>>
  readonly retries: number
  /** From the first attempt to the 202. */
  readonly acceptance: Latency
  /** From the 202 to the confirmation, by the event's own time. */
  readonly confirmation: Latency
  readonly durationMs: number
  /** Confirmed orders over the time from the first request to the last confirmation, without the repeated ones. */
  readonly confirmedPerSecond: number
}

/** @param startedAt `Date.now()` before the first request */
export function summarize(
  placements: readonly Placement[],
  endings: readonly Ending[],
  startedAt: number,
  durationMs: number,
): LoadSummary {
  const accepted = placements.filter((placement) => placement.outcome === 'accepted')
  const givenUp = placements.filter((placement) => placement.outcome === 'given-up')
  const acceptedAt = new Map(accepted.map((placement) => [placement.orderId, placement.acceptedAt]))
  const confirmed = endings.filter((ending) => ending.outcome === 'confirmed')
  const anew = confirmed.filter(({ confirmedAt }) => confirmedAt >= startedAt)
  const lastConfirmed = anew.reduce((last, { confirmedAt }) => Math.max(last, confirmedAt), startedAt + 1)
  return {
    sent: placements.length,
    accepted: accepted.length,
    confirmed: confirmed.length,
    repeated: confirmed.length - anew.length,
    cancelled: countBy(endings.flatMap((ending) => (ending.outcome === 'cancelled' ? [ending.reason] : []))),
    lost: endings.flatMap((ending) => (ending.outcome === 'lost' ? [ending.orderId] : [])),
    rejected: countBy(placements.flatMap((placement) => (placement.outcome === 'rejected' ? [placement.code] : []))),
    givenUp: givenUp.length,
    givenUpBecause: countBy(givenUp.map(({ reason }) => reason)),
    retries: placements.reduce((sum, { retries }) => sum + retries, 0),
    acceptance: latency(accepted.map(({ ms }) => ms)),
    // The saga may be done before the 202 has reached us.
    confirmation: latency(anew.map(({ orderId, confirmedAt }) => Math.max(0, confirmedAt - (acceptedAt.get(orderId) ?? confirmedAt)))),
    durationMs: Math.round(durationMs),
    confirmedPerSecond: Math.round((anew.length * 10_000) / (lastConfirmed - startedAt)) / 10,
  }
}

const countBy = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries([...new Set(names)].sort().map((name) => [name, names.filter((other) => other === name).length]))

function latency(values: readonly number[]): Latency {
  const [p50, p99] = [percentile(values, 0.5), percentile(values, 0.99)]
  return p50 === undefined || p99 === undefined ? {} : { p50Ms: Math.round(p50 * 10) / 10, p99Ms: Math.round(p99 * 10) / 10 }
}
