import { type Check, equals, none, within } from '../../../checks/check.ts'
import { isConfirmed, isGivenBack, type Saga } from '../sagas/saga.ts'

export interface Config {
  /** Of each group. */
  readonly orders: number
  /** From placing, of orders that have no time to wait; shorter than payments is dead. */
  readonly deadlineMs: number
  /** Without it, the orders that wait have that deadline as well. */
  readonly waitingHaveTime: boolean
}

export interface Observed {
  /** ms since 1970, when the run began. */
  readonly startedAt: number
  /** How many orders the gateway accepted. */
  readonly accepted: { readonly caught: number; readonly waiting: number }
  /** Events of payments between its death and its return. */
  readonly eventsWhileDown: number
  /** Service for which each of the waiting orders waited then, as its customer is told. */
  readonly waitedFor: readonly string[]
  /** Reasons of orders without time that were cancelled before payments was back. */
  readonly cancelledWhileDown: readonly string[]
  /** ms since 1970 */
  readonly backAt: number
  /** In the end: under way when payments died, placed afterwards, and placed without time to wait. */
  readonly caught: readonly Saga[]
  readonly waiting: readonly Saga[]
  readonly late: readonly Saga[]
}

export const names = {
  dead: 'events of payments while it was dead',
  completed: 'orders placed without payments that were confirmed when it was back',
  cancelled: 'orders out of time that were cancelled before payments was back',
  chargedOnce: 'orders charged more than once',
} as const

/** From its return: its start, and until it owns its partitions again. */
const completedWithinMs = 40_000
/** From the deadline: the timer, and writing the command and its event. */
const cancelledWithinMs = 3_000

export function verdict({ orders }: Config, observed: Observed): readonly Check[] {
  const { accepted, eventsWhileDown, waitedFor, cancelledWhileDown, backAt, caught, waiting, late } = observed
  const all = [...caught, ...waiting, ...late]
  const inTime = [...caught, ...waiting]
  return [
    equals(names.dead, 0, eventsWhileDown),
    equals('orders accepted as payments died', orders, accepted.caught),
    equals('orders accepted without payments', orders, accepted.waiting),
    equals('what they waited for, as their customers were told', Array(orders).fill('payments'), waitedFor),
    equals(names.cancelled, Array(orders).fill('timeout'), cancelledWhileDown),
    within(
      'ms from the deadline of an order to its cancellation',
      { max: cancelledWithinMs },
      latest(late.flatMap(({ cancelled, respondBy }) => (cancelled ? [cancelled.at - respondBy] : []))),
    ),
    equals('orders under way as payments died that were confirmed', orders, caught.filter(isConfirmed).length),
    equals(names.completed, orders, waiting.filter(isConfirmed).length),
    within(
      'ms from the return of payments to the last confirmation',
      { max: completedWithinMs },
      latest(waiting.flatMap(({ confirmedAt }) => (confirmedAt === undefined ? [] : [confirmedAt - backAt]))),
    ),
    none(
      'orders that had time and were cancelled',
      named(inTime, ({ cancelled }) => cancelled !== undefined),
      inTime.length,
    ),
    none(
      names.chargedOnce,
      named(all, ({ charges }) => charges > 1),
      all.length,
    ),
    none(
      'confirmed orders that were not charged',
      named(all, (saga) => isConfirmed(saga) && saga.charges === 0),
      all.length,
    ),
    none(
      'orders out of time that payments has not given back',
      named(late, (saga) => !isGivenBack(saga)),
      late.length,
    ),
    none(
      'orders out of time that keep stock',
      named(late, ({ skus, released }) => skus.some((sku) => !released.includes(sku))),
      late.length,
    ),
  ]
}

const latest = (values: readonly number[]): number | undefined => (values.length === 0 ? undefined : Math.max(...values))

const named = (sagas: readonly Saga[], are: (saga: Saga) => boolean): string[] => sagas.filter(are).map(({ orderId }) => orderId)
