import { type Check, equals, none, within } from '../../../checks/check.ts'
import { isConfirmed, type Saga } from '../sagas/saga.ts'

export interface Config {
  readonly orders: number
  readonly perSecond: number
  /** The time that the consumer gets, from when it goes on. */
  readonly workedOffWithinMs: number
  readonly goesOn: boolean
}

export interface Observed {
  /** ms since 1970, when the run began. */
  readonly startedAt: number
  readonly accepted: number
  /** Events of the consumer while it was stopped. */
  readonly eventsWhileStopped: number
  /** By the log, when all orders had ended, and in the end. */
  readonly whileStopped: readonly Saga[]
  readonly after: readonly Saga[]
  /** Status on the page of each order while the consumer was stopped. */
  readonly pages: readonly string[]
  /** ms until nothing was outstanding; undefined: not within the time. */
  readonly workedOffMs: number | undefined
}

export const names = {
  stopped: 'notifications sent while it was stopped',
  confirmed: 'orders confirmed while it was stopped',
  pages: 'orders whose page said so meanwhile',
  workedOff: 'notifications outstanding in the end',
} as const

/** One when the order is there, one when it has ended. */
const dueOf = (saga: Saga): number => (isConfirmed(saga) ? 2 : 1)

/** What the consumer has still to send. */
export const outstanding = (sagas: readonly Saga[]): number =>
  sagas.reduce((sum, saga) => sum + Math.max(0, dueOf(saga) - new Set(saga.notifications).size), 0)

export function verdict(
  { orders, workedOffWithinMs }: Config,
  { accepted, eventsWhileStopped, whileStopped, after, pages, workedOffMs }: Observed,
): readonly Check[] {
  return [
    equals(names.stopped, 0, eventsWhileStopped),
    equals('orders accepted', orders, accepted),
    equals(names.confirmed, orders, whileStopped.filter(isConfirmed).length),
    equals(names.pages, orders, pages.filter((status) => status === 'confirmed').length),
    equals('notifications outstanding when it went on', 2 * orders, outstanding(whileStopped)),
    equals(names.workedOff, 0, outstanding(after)),
    within('ms until none was outstanding', { max: workedOffWithinMs }, workedOffMs),
    none(
      'orders with a notification sent twice',
      after.filter(({ notifications }) => new Set(notifications).size < notifications.length).map(({ orderId }) => orderId),
      after.length,
    ),
  ]
}
