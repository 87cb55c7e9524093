import type { EventData, EventType } from '../../../../services/shared/contracts/events/events.ts'
import type { NotificationKind } from '../../../../services/shared/contracts/events/notifications.ts'
import type { CancellationReason } from '../../../../services/shared/contracts/events/orders.ts'

/** What the log says of one order. Times are ms since 1970, by the events. */
export interface Saga {
  readonly orderId: string
  readonly customerId: string
  readonly placedAt: number
  readonly respondBy: number
  /** SKUs of its lines. */
  readonly skus: readonly string[]
  readonly confirmedAt?: number
  readonly cancelled?: { readonly at: number; readonly reason: CancellationReason }
  /** How often it was charged, and given back. */
  readonly charges: number
  readonly refunds: number
  /** It ended before it was charged, and payments has taken note of that. */
  readonly voided: boolean
  /** SKUs that went back to stock. */
  readonly released: readonly string[]
  readonly notifications: readonly NotificationKind[]
}

export const isConfirmed = ({ confirmedAt }: Saga): boolean => confirmedAt !== undefined
export const hasEnded = (saga: Saga): boolean => isConfirmed(saga) || saga.cancelled !== undefined
/** Payments has nothing of it any more: it refunded what it had charged, or will never charge it. */
export const isGivenBack = ({ voided, charges, refunds }: Saga): boolean => voided || (charges > 0 && refunds >= charges)

/** Customers of a run by the name of their group: each has an order of its own, so what is there twice is seen. */
export const ofGroup = (sagas: readonly Saga[], group: string): readonly Saga[] =>
  sagas.filter(({ customerId }) => customerId.startsWith(`load-${group}-`))

/** One record of the log. */
export interface SagaEvent {
  readonly type: string
  readonly data: unknown
  /** ms since 1970 */
  readonly at: number
}

/** Sagas of a log, event by event. */
export interface Sagas {
  add(event: SagaEvent): void
  /** In the order in which they were placed. An order of which something other than its placing was seen first is there once it is placed. */
  all(): readonly Saga[]
  /** How many events of a service were seen, e.g. `payments`. */
  eventsOf(service: string): number
}

type Change = Partial<Omit<Saga, 'orderId' | 'customerId'>>
type Fold = { [Type in EventType]?: (data: EventData<Type>, at: number) => readonly [orderId: string, change: (saga: Change) => Change] }

const fold: Fold = {
  'orders.OrderConfirmed': ({ order }, at) => [order.orderId, () => ({ confirmedAt: at })],
  'orders.OrderCancelled': ({ order, reason }, at) => [order.orderId, () => ({ cancelled: { at, reason } })],
  'payments.PaymentAuthorized': ({ order }) => [order.orderId, ({ charges = 0 }) => ({ charges: charges + 1 })],
  'payments.PaymentRefunded': ({ orderId }) => [orderId, ({ refunds = 0 }) => ({ refunds: refunds + 1 })],
  'payments.PaymentVoided': ({ orderId }) => [orderId, () => ({ voided: true })],
  'inventory.StockReleased': ({ orderId, sku }) => [orderId, ({ released = [] }) => ({ released: [...released, sku] })],
  'notifications.NotificationSent': ({ orderId, kind }) => [
    orderId,
    ({ notifications = [] }) => ({ notifications: [...notifications, kind] }),
  ],
}

/** Topics are read one after another, so events of an order come in any order. */
export function createSagas(): Sagas {
  const placed = new Map<string, Pick<Saga, 'orderId' | 'customerId' | 'placedAt' | 'respondBy' | 'skus'>>()
  const changes = new Map<string, Change>()
  const counts = new Map<string, number>()
  return {
    add: ({ type, data, at }) => {
      const [service = ''] = type.split('.')
      counts.set(service, (counts.get(service) ?? 0) + 1)
      if (type === 'orders.OrderPlaced') {
        const { order, respondBy } = data as EventData<'orders.OrderPlaced'>
        const { orderId, customerId, lines } = order
        placed.set(orderId, { orderId, customerId, placedAt: at, respondBy: Date.parse(respondBy), skus: lines.map(({ sku }) => sku) })
        return
      }
      const found = (fold as Record<string, Fold[EventType]>)[type]?.(data as never, at)
      if (found === undefined) return
      const [orderId, change] = found
      const before = changes.get(orderId) ?? {}
      changes.set(orderId, { ...before, ...change(before) })
    },
    all: () =>
      [...placed.values()].map((one) => ({
        charges: 0,
        refunds: 0,
        voided: false,
        released: [],
        notifications: [],
        ...one,
        ...changes.get(one.orderId),
      })),
    eventsOf: (service) => counts.get(service) ?? 0,
  }
}
