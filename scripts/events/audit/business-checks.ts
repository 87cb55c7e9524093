import { type Check, equals, none, within } from '../../checks/check.ts'
import type { BusinessFacts } from './business-facts.ts'

/** Places that are listed; more are the same again. */
const shown = 5

/**
 * What must hold whatever services answer.
 * @param placed orders that the caller knows were accepted: they must be in the log, or they were lost. Not checked when nobody knows
 * @param settledBefore ms since the epoch: orders placed since may still be under way
 */
export function logChecks(
  { placed: logged, ended, charges, versionFaults, aggregates, unreadable }: BusinessFacts,
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
