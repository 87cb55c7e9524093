import type { Availability } from '../../../services/shared/contracts/api/inventory.ts'
import { type Check, equals, within } from '../check.ts'
import type { Audit } from './audit.ts'

/** What services answer, to be held against the log. */
export interface Answers {
  readonly availability: readonly Availability[]
  /** Customer → cents of credit used. */
  readonly creditUsed: ReadonlyMap<string, number>
}

/** Faults that are listed by name; more are only counted. */
const shown = 5

const none = (what: string, faults: readonly string[], of: number): Check => ({
  what,
  expected: `0 of ${of}`,
  observed: faults.length === 0 ? `0 of ${of}` : `${faults.length} of ${of}: ${faults.slice(0, shown).join('; ')}`,
  holds: faults.length === 0,
})

/**
 * What must hold whatever services answer.
 * @param placed orders that the caller knows were accepted: they must be in the log, or they were lost. Not checked when nobody knows
 */
export function logChecks(
  { placed: logged, ended, charges, versionFaults, aggregates, unreadable }: Audit,
  placed?: readonly string[],
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
      [...logged].filter((id) => !ended.has(id)),
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

/** The log alone, and the services' answers held against it. */
export function businessChecks(audit: Audit, answers: Answers, placed: readonly string[]): Check[] {
  return [
    ...logChecks(audit, placed),
    none('customers whose credit used is not the sum of their live payments', creditFaults(audit, answers), answers.creditUsed.size),
    none(
      'SKUs where received ≠ available + reserved + sold, or that differ from the log',
      stockFaults(audit, answers),
      answers.availability.length,
    ),
    equals('SKUs with stock, by inventory and by the log', audit.stock.size, answers.availability.length),
  ]
}

const creditFaults = ({ creditUsed }: Audit, answers: Answers): string[] =>
  [...answers.creditUsed]
    .filter(([customer, used]) => used !== (creditUsed.get(customer) ?? 0))
    .map(([customer, used]) => `${customer}: ${used}, by the log ${creditUsed.get(customer) ?? 0}`)

function stockFaults({ stock }: Audit, { availability }: Answers): string[] {
  return availability
    .filter(({ sku, received, available, reserved, sold }) => {
      const logged = stock.get(sku)
      const isConserved = received === available + reserved + sold
      return !isConserved || logged?.received !== received || logged.reserved !== reserved || logged.sold !== sold
    })
    .map((item) => `${item.sku}: ${JSON.stringify(item)}, by the log ${JSON.stringify(stock.get(item.sku))}`)
}
