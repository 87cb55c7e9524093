import { type Check, equals, none, within } from '../../../checks/check.ts'
import type { LoadSummary } from '../../../load/summary.ts'
import { acceptedIds, type Placement } from '../../../synthetic-orders/place-order.ts'
import type { Saga } from '../sagas/saga.ts'

export interface Config {
  /** Each of a customer of its own. */
  readonly orders: number
  readonly perSecond: number
  /** Who sends an order again does it under the same Idempotency-Key. */
  readonly sameKey: boolean
}

export interface Observed {
  /** ms since 1970, when the run began. */
  readonly startedAt: number
  readonly load: LoadSummary
  /** What became of each order at the gateway, in the order of the answers. */
  readonly placed: readonly Placement[]
  /** ms since 1970 */
  readonly killedAt: number
  /** Which process was orders; undefined when it did not answer. */
  readonly processes: { readonly before: string | undefined; readonly after: string | undefined }
  /** The answers when all customers sent once more. */
  readonly again: readonly Placement[]
  /** Their orders, by the log. */
  readonly sagas: readonly Saga[]
}

export const names = {
  killed: 'orders is another process than before',
  accepted: 'orders accepted',
  ended: 'accepted orders that did not end',
  once: 'customers with more or less than one order',
} as const

/** Its start, and until it owns its partitions; on a slow machine. */
const backWithinMs = 30_000

export function verdict({ orders }: Config, { load, placed, killedAt, processes, again, sagas }: Observed): readonly Check[] {
  const accepted = acceptedIds(placed)
  const { before, after } = processes
  const ofCustomer = Map.groupBy(sagas, ({ customerId }) => customerId)
  const customers = Math.max(orders, ofCustomer.size)
  const notOne = [...ofCustomer].filter(([, found]) => found.length !== 1).map(([id, found]) => `${id}: ${found.length}`)
  const without = Array.from({ length: Math.max(0, orders - ofCustomer.size) }, () => 'a customer: 0')
  return [
    equals(names.killed, true, before !== undefined && after !== undefined && before !== after),
    equals(names.accepted, orders, load.accepted),
    none(names.ended, load.lost, load.accepted),
    equals('orders confirmed', orders, load.confirmed),
    within('ms from the kill to the next accepted order', { max: backWithinMs }, nextAfter(killedAt, placed)),
    equals(
      'customers who sent again and were given the order that they had',
      orders,
      acceptedIds(again).filter((id) => accepted.includes(id)).length,
    ),
    none(names.once, [...notOne, ...without], customers),
    none(
      'orders charged more or less than once',
      sagas.filter(({ charges }) => charges !== 1).map(({ orderId, charges }) => `${orderId}: ${charges}`),
      sagas.length,
    ),
  ]
}

/** ms; others may have been accepted before the kill. */
function nextAfter(killedAt: number, placed: readonly Placement[]): number | undefined {
  const later = placed.flatMap((one) => (one.outcome === 'accepted' && one.acceptedAt > killedAt ? [one.acceptedAt - killedAt] : []))
  return later.length === 0 ? undefined : Math.min(...later)
}
