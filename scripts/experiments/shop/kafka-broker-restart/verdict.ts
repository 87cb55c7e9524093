import { type Check, equals, none, within } from '../../../checks/check.ts'
import { isConfirmed, type Saga } from '../sagas/saga.ts'
import { type Attempt, isClearRefusal } from '../sagas/send-order.ts'

export interface Config {
  /** Each of a customer of its own, who sends it once. */
  readonly orders: number
  readonly perSecond: number
  /** Until the broker is started again, where it can be held dead. */
  readonly deadMs: number
  /** Who was refused sends again, under the same key. */
  readonly sendAgain: boolean
}

export interface Observed {
  /** ms since 1970, when the run began. */
  readonly startedAt: number
  readonly attempts: readonly Attempt[]
  /** Ids of those that were sent again and accepted then. */
  readonly acceptedAgain: readonly string[]
  /** ms from the start of the broker until the shop accepted an order that it had refused; undefined: it never did. */
  readonly acceptingMs: number | undefined
  /** Orders of these customers by the log, when the broker answered again, and in the end. */
  readonly before: readonly Saga[]
  readonly after: readonly Saga[]
}

export const names = {
  refused: 'orders refused while the broker was dead',
  clear: 'answers that were neither an acceptance nor a clear 503',
  kept: 'accepted orders that are not in the log',
  served: 'customers with an order in the end',
} as const

/** The broker's own start, and until the services own their partitions again; on a slow machine. */
const acceptingWithinMs = 90_000

export function verdict({ orders }: Config, { attempts, acceptedAgain, acceptingMs, before, after }: Observed): readonly Check[] {
  const refused = attempts.filter(isClearRefusal)
  const accepted = [...attempts.flatMap(({ orderId }) => orderId ?? []), ...acceptedAgain]
  const known = new Set(after.map(({ orderId }) => orderId))
  const refusedBy = new Set(refused.map(({ order }) => order.request.customerId))
  return [
    within(names.refused, { min: 1 }, refused.length),
    none(names.clear, attempts.filter((attempt) => attempt.orderId === undefined && !isClearRefusal(attempt)).map(said), attempts.length),
    within('ms from the start of the broker until orders were accepted again', { max: acceptingWithinMs }, acceptingMs),
    none(
      names.kept,
      accepted.filter((id) => !known.has(id)),
      accepted.length,
    ),
    none(
      'refused orders that were written more than once',
      several(before.filter(({ customerId }) => refusedBy.has(customerId))),
      refused.length,
    ),
    equals(names.served, orders, new Set(after.map(({ customerId }) => customerId)).size),
    none('customers with more than one order', several(after), orders),
    none(
      'orders in the log that are not confirmed',
      after.filter((saga) => !isConfirmed(saga)).map(({ orderId }) => orderId),
      after.length,
    ),
    none(
      'orders charged more or less than once',
      after.filter(({ charges }) => charges !== 1).map(({ orderId, charges }) => `${orderId}: ${charges}`),
      after.length,
    ),
  ]
}

const said = ({ status, code }: Attempt): string => (status === undefined ? 'no answer' : `${status} ${code ?? 'without code'}`)

/** Customers with more than one order. */
const several = (sagas: readonly Saga[]): string[] =>
  [...Map.groupBy(sagas, ({ customerId }) => customerId)].flatMap(([customer, found]) =>
    found.length > 1 ? [`${customer}: ${found.length}`] : [],
  )
