import { Set as ImmutableSet, OrderedSet } from 'immutable'

/** The commands of one aggregate that were put aside, by id. While any wait, later ones wait behind them. */
export interface Parking {
  readonly waiting: OrderedSet<string>
  /** Were decided after all, when they came again. Remembered, so that coming once more changes nothing. */
  readonly settled: ImmutableSet<string>
}

export const parkingOf = (waiting: readonly string[], settled: readonly string[]): Parking => ({
  waiting: OrderedSet(waiting),
  settled: ImmutableSet(settled),
})

const empty = parkingOf([], [])

/** The command was put aside; one that waits already keeps its place. */
export const park = (parking: Parking = empty, id: string): Parking => ({ ...parking, waiting: parking.waiting.add(id) })

/** The command was decided; nothing changes when it did not wait. */
export const settle = (parking: Parking, id: string): Parking =>
  parking.waiting.has(id) ? { waiting: parking.waiting.delete(id), settled: parking.settled.add(id) } : parking

/**
 * What is to be done with a command: decide it when nothing waits, or when it is the first that waits and comes again;
 * put it aside behind those that wait; leave it when it came again before.
 */
export function passage(parking: Parking | undefined, id: string): 'decide' | 'park' | 'leave' {
  if (!parking) return 'decide'
  if (parking.settled.has(id)) return 'leave'
  return parking.waiting.isEmpty() || parking.waiting.first() === id ? 'decide' : 'park'
}
