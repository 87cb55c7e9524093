import type { Availability } from '../../../../services/shared/contracts/api/inventory.ts'
import { type Check, equals, none } from '../../../checks/check.ts'
import type { Accounts } from './accounts.ts'

/** What services answer, to be held against the log. */
export interface Answers {
  readonly availability: readonly Availability[]
  /** Customer → cents of credit used. */
  readonly creditUsed: ReadonlyMap<string, number>
}

/** Services' answers against the log: each must be a state that the log passed through while they were asked. */
export const answerChecks = (accounts: Accounts, answers: Answers): Check[] => [
  none('customers whose credit used is not the sum of their live payments', creditFaults(accounts, answers), answers.creditUsed.size),
  none(
    'SKUs where received ≠ available + reserved + sold, or that differ from the log',
    stockFaults(accounts, answers),
    answers.availability.length,
  ),
  equals('SKUs with stock, by inventory and by the log', accounts.stock.keys.length, answers.availability.length),
]

const creditFaults = ({ creditUsed }: Accounts, answers: Answers): string[] =>
  [...answers.creditUsed]
    .filter(([customer, used]) => !orZero(creditUsed.since(customer)).includes(used))
    .map(([customer, used]) => `${customer}: ${used}, by the log ${creditUsed.get(customer) ?? 0}`)

const orZero = (values: readonly number[]): readonly number[] => (values.length === 0 ? [0] : values)

function stockFaults({ stock }: Accounts, { availability }: Answers): string[] {
  return availability
    .filter(({ sku, received, available, reserved, sold }) => {
      const isLogged = stock.since(sku).some((been) => been.received === received && been.reserved === reserved && been.sold === sold)
      return !isLogged || received !== available + reserved + sold
    })
    .map((item) => `${item.sku}: ${JSON.stringify(item)}, by the log ${JSON.stringify(stock.get(item.sku))}`)
}
