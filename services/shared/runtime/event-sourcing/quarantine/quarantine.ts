import { Set as ImmutableSet, OrderedSet } from 'immutable'

/** The commands that block an aggregate, by id: they were quarantined, and while any wait, later ones wait behind them. */
export interface Quarantine {
  readonly waiting: OrderedSet<string>
  /** Were decided after all, when they came again. Remembered, so that coming once more changes nothing. */
  readonly released: ImmutableSet<string>
}

export const quarantineOf = (waiting: readonly string[], released: readonly string[]): Quarantine => ({
  waiting: OrderedSet(waiting),
  released: ImmutableSet(released),
})

const empty: Quarantine = { waiting: OrderedSet(), released: ImmutableSet() }

/** The command is quarantined; one that waits already keeps its turn. */
export const enterQuarantine = (quarantine: Quarantine = empty, id: string): Quarantine => ({
  ...quarantine,
  waiting: quarantine.waiting.add(id),
})

/** The command was decided; nothing changes when it did not wait. */
export const leaveQuarantine = (quarantine: Quarantine, id: string): Quarantine =>
  quarantine.waiting.has(id) ? { waiting: quarantine.waiting.delete(id), released: quarantine.released.add(id) } : quarantine

/**
 * What is to be done with a command: decide it when nothing waits, or when it is the first that waits and comes again;
 * quarantine it behind those that wait; skip it when it came again before.
 */
export function admission(quarantine: Quarantine | undefined, id: string): 'decide' | 'quarantine' | 'skip' {
  if (!quarantine) return 'decide'
  if (quarantine.released.has(id)) return 'skip'
  return quarantine.waiting.isEmpty() || quarantine.waiting.first() === id ? 'decide' : 'quarantine'
}
