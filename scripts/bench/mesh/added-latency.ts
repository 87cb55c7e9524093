import { median } from '../statistics.ts'
import type { Latency } from './fortio-load.ts'

/**
 * Where requests go. Catalog: as gateway calls it, and the same pods without any sidecar. A bare pod that echoes: without sidecars, with
 * sidecars of plain Istio (twice: what the two differ in is noise), and with sidecars under catalog's policies.
 */
export const setups = ['catalogWithout', 'catalogWith', 'bare', 'plain', 'plainAgain', 'governed'] as const
export type Setup = (typeof setups)[number]

/** One after another within seconds, so that a round's differences are about the same machine. */
export type Round = Readonly<Record<Setup, Latency>>

export interface Added {
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface AddedLatency {
  /** Medians over the rounds. */
  readonly setups: Readonly<Record<Setup, Latency>>
  /** With minus without sidecars, medians over the rounds. */
  readonly catalog: Added
  readonly plain: Added
  readonly governed: Added
  /** What sidecars under our policies add to p99 ÷ what those of plain Istio add to the same pods. */
  readonly p99Ratio: number
  /** The same of plain Istio and itself: how far from 1 a ratio is when there is no difference at all. */
  readonly noiseRatio: number
}

export function addedLatency(rounds: readonly Round[]): AddedLatency {
  const added = (setup: Setup, without: Setup): Added => {
    const difference = (share: keyof Added) => median(rounds.map((round) => round[setup][share] - round[without][share]))
    return { p50Ms: difference('p50Ms'), p99Ms: difference('p99Ms') }
  }
  const middleOf = (setup: Setup) => middle(rounds.map((round) => round[setup]))
  const [plain, plainAgain, governed] = [added('plain', 'bare'), added('plainAgain', 'bare'), added('governed', 'bare')]
  return {
    setups: {
      catalogWithout: middleOf('catalogWithout'),
      catalogWith: middleOf('catalogWith'),
      bare: middleOf('bare'),
      plain: middleOf('plain'),
      plainAgain: middleOf('plainAgain'),
      governed: middleOf('governed'),
    },
    catalog: added('catalogWith', 'catalogWithout'),
    plain,
    governed,
    p99Ratio: governed.p99Ms / plain.p99Ms,
    noiseRatio: plainAgain.p99Ms / plain.p99Ms,
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
