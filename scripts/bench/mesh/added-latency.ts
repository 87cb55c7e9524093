import { median, range } from '../statistics.ts'
import type { Latency } from './fortio-load.ts'

/** Where requests go: the shop's catalog or a bare fortio server, each with and without sidecars on both sides. */
export type Way = 'shopWith' | 'shopWithout' | 'plainWith' | 'plainWithout'

/** One after another within seconds, so that a round's differences are about the same machine. */
export type Round = Readonly<Record<Way, Latency>>

export interface Added {
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface AddedLatency {
  /** Medians over the rounds. */
  readonly ways: Readonly<Record<Way, Latency>>
  /** With minus without sidecars, medians over the rounds. */
  readonly shop: Added
  readonly plain: Added
  /** What two sidecars under the shop's policies add to p99 ÷ what two of plain Istio add; and its spread over the rounds. */
  readonly p99Ratio: { readonly median: number; readonly min: number; readonly max: number }
}

export function addedLatency(rounds: readonly Round[]): AddedLatency {
  const added = (sides: 'shop' | 'plain', share: keyof Added) =>
    rounds.map((round) => round[`${sides}With`][share] - round[`${sides}Without`][share])
  const medians = (sides: 'shop' | 'plain'): Added => ({ p50Ms: median(added(sides, 'p50Ms')), p99Ms: median(added(sides, 'p99Ms')) })
  const [shop, plain] = [medians('shop'), medians('plain')]
  const plainP99 = added('plain', 'p99Ms')
  return {
    ways: {
      shopWith: middle(rounds.map(({ shopWith }) => shopWith)),
      shopWithout: middle(rounds.map(({ shopWithout }) => shopWithout)),
      plainWith: middle(rounds.map(({ plainWith }) => plainWith)),
      plainWithout: middle(rounds.map(({ plainWithout }) => plainWithout)),
    },
    shop,
    plain,
    // Of the medians: a single round's difference of two p99 may be near nothing, and its ratio anything.
    p99Ratio: {
      median: shop.p99Ms / plain.p99Ms,
      ...range(added('shop', 'p99Ms').map((ms, round) => ms / (plainP99[round] ?? Number.NaN))),
    },
  }
}

function middle(same: readonly Latency[]): Latency {
  const of = (pick: (latency: Latency) => number) => median(same.map(pick))
  return {
    requestsPerSecond: of((latency) => latency.requestsPerSecond),
    p50Ms: of((latency) => latency.p50Ms),
    p99Ms: of((latency) => latency.p99Ms),
    failed: same.reduce((sum, { failed }) => sum + failed, 0),
  }
}
