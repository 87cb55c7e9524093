import { type Check, equals, within } from '../check.ts'
import type { Audit } from './audit.ts'

/** Faults that are listed by name; more are only counted. */
const shown = 5

/** A check of things that must not be, of which at most a few are named. */
export const none = (what: string, faults: readonly string[], of: number): Check => ({
  what,
  expected: `0 of ${of}`,
  observed: faults.length === 0 ? `0 of ${of}` : `${faults.length} of ${of}: ${faults.slice(0, shown).join('; ')}`,
  holds: faults.length === 0,
})

/**
 * What must hold whatever services answer.
 * @param placed orders that the caller knows were accepted: they must be in the log, or they were lost. Not checked when nobody knows
 * @param settledBefore ms since the epoch: orders placed since may still be under way
 */
export function logChecks(
  { placed: logged, ended, charges, versionFaults, aggregates, unreadable }: Audit,
  placed?: readonly string[],
  settledBefore = Number.POSITIVE_INFINITY,
): Check[] {
  return [
    within('orders in the log (checks of nothing prove nothing)', { min: 1 }, logged.size),
    ...(placed
      ? [
          none(
            'accepted orders that are not in the log',
            placed.filter((id) => !logged.has(id)),
            placed.length,
          ),
        ]
      : []),
    none(
      'orders that are neither confirmed nor cancelled',
      [...logged].filter(([id, placedAt]) => placedAt < settledBefore && !ended.has(id)).map(([id]) => id),
      logged.size,
    ),
    none(
      'orders charged more than once',
      [...charges].filter(([, places]) => places.length > 1).map(([id, places]) => `${id} at ${places.join(' and ')}`),
      logged.size,
    ),
    none(
      'confirmed orders that were not charged',
      [...ended].filter(([id, end]) => end === 'confirmed' && !charges.has(id)).map(([id]) => id),
      ended.size,
    ),
    none('aggregates with versions other than 1, 2, 3 …', versionFaults, aggregates),
    equals('records of events topics that cannot be read', [], unreadable.slice(0, shown)),
  ]
}
