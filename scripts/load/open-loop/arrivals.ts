import { seededRandom } from '../../synthetic-orders/seeded-random.ts'

/** How requests arrive: one after the other at equal distances, or independent of each other, as many customers' requests do. */
export type ArrivalProcess = 'constant' | 'poisson'

export interface Arrivals {
  readonly process: ArrivalProcess
  /** Requests/s, on average. */
  readonly rate: number
  readonly seconds: number
  /** The same seed makes the same Poisson arrivals. */
  readonly seed: number
}

/** When each request is due, in ms from the start, in order. */
export function arrivalTimes({ process, rate, seconds, seed }: Arrivals): Float64Array {
  const endMs = seconds * 1000
  const meanMs = 1000 / rate
  if (process === 'constant') return Float64Array.from({ length: Math.floor(rate * seconds) }, (_, turn) => turn * meanMs)
  const random = seededRandom(seed)
  // Exponential. https://en.wikipedia.org/wiki/Poisson_point_process
  const distance = () => -Math.log(1 - random()) * meanMs
  const times: number[] = []
  for (let at = distance(); at < endMs; at += distance()) times.push(at)
  return Float64Array.from(times)
}
