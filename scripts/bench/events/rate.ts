import { median, range } from '../statistics.ts'

/** Things a second: how many were done, and how long it took. */
export async function perSecond(things: number, work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return (things / (performance.now() - began)) * 1000
}

export interface Ratio {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Two ways to do the same, measured in turns. */
export interface Compared {
  /** Medians of things a second. */
  readonly one: number
  readonly other: number
  /** Of the rounds' ratios, one ÷ other. */
  readonly ratio: Ratio
}

export interface RoundsOptions {
  readonly rounds: number
  readonly signal: AbortSignal
}

/**
 * Measures both in each round, so that both see the same machine; a first round warms up and is not counted.
 * @returns rates in things a second
 */
export async function compare(
  { rounds, signal }: RoundsOptions,
  one: (round: number) => Promise<number>,
  other: (round: number) => Promise<number>,
): Promise<Compared> {
  const pairs: { one: number; other: number }[] = []
  for (let round = 0; round <= rounds; round += 1) {
    signal.throwIfAborted()
    // The second of two may find a warmer cache: turn and turn about.
    const [first, second] = round % 2 === 0 ? [one, other] : [other, one]
    const [early, late] = [await first(round), await second(round)]
    const pair = round % 2 === 0 ? { one: early, other: late } : { one: late, other: early }
    if (round > 0) pairs.push(pair)
  }
  const ratios = pairs.map((pair) => pair.one / pair.other)
  return {
    one: median(pairs.map((pair) => pair.one)),
    other: median(pairs.map((pair) => pair.other)),
    ratio: { median: median(ratios), ...range(ratios) },
  }
}
