import type { CancellationReason, EventData, EventType, EventTypeOf } from '../../shared/contracts/index.ts'

const euros = (cents: number): string => `${(cents / 100).toFixed(2)} €`

const reasons: Record<CancellationReason, string> = {
  customer: 'at the customer’s wish',
  'out-of-stock': 'because something is out of stock',
  'credit-refused': 'because the credit limit does not allow it',
  timeout: 'because it could not be completed in time',
}

const pieces = ({ sku, quantity }: { sku: string; quantity: number }): string => `${quantity} × ${sku}`

/** Not on the page: `OrderLineReserved` is what `StockReserved` has said already; the others are about no order. */
type LeftOut = 'orders.OrderLineReserved' | 'inventory.StockReceived' | 'payments.CreditLimitChanged'

/**
 * What the events mean to the person who ordered. The order of the table is that of a usual life: it sorts events of the same millisecond.
 * A new event of these services is described here, or named above.
 */
export const timelineTexts = {
  'orders.OrderPlaced': ({ order }) => `Order received: ${order.lines.map(pieces).join(', ')} for ${euros(order.total)}`,
  'inventory.StockReserved': (line) => `${pieces(line)} set aside`,
  'inventory.StockReservationRefused': (line) => `${pieces(line)} not in stock (${line.available} left)`,
  'orders.OrderReserved': () => 'Everything is set aside',
  'payments.PaymentAuthorized': ({ amount }) => `Payment of ${euros(amount)} authorised`,
  'payments.PaymentDeclined': ({ amount, creditLeft }) =>
    `Payment of ${euros(amount)} declined: ${euros(creditLeft)} of the credit limit left`,
  'orders.OrderPaid': () => 'Order paid',
  'inventory.StockSold': (line) => `${pieces(line)} taken from stock`,
  'shipping.ShipmentBooked': ({ trackingId }) => `Parcel booked, tracking number ${trackingId}`,
  'orders.OrderConfirmed': () => 'Order confirmed',
  'shipping.ParcelDispatched': ({ trackingId }) => `Parcel ${trackingId} is on its way`,
  'orders.OrderShipped': () => 'Order shipped',
  'orders.OrderCancelled': ({ reason, detail }) => `Order cancelled ${reasons[reason]}${detail && `: ${detail}`}`,
  'inventory.StockReleased': (line) => `${pieces(line)} returned to stock`,
  'inventory.ReservationVoided': ({ sku }) => `${sku} is no longer set aside`,
  'payments.PaymentRefunded': ({ amount }) => `${euros(amount)} refunded`,
  'payments.PaymentVoided': () => 'Nothing was charged',
  'shipping.ShipmentCancelled': () => 'Shipment cancelled',
  'shipping.ParcelRecalled': ({ trackingId }) => `Parcel ${trackingId} called back`,
} satisfies {
  [Type in Exclude<EventTypeOf<'orders' | 'inventory' | 'payments' | 'shipping'>, LeftOut>]: (data: EventData<Type>) => string
}

export type DescribedType = keyof typeof timelineTexts

/** @param data of an event of this type */
export function describeEvent<Type extends EventType>(type: Type, data: EventData<Type>): string {
  const texts: { readonly [type: string]: ((data: never) => string) | undefined } = timelineTexts
  // Each text takes the data of its own type, which TypeScript cannot follow through the type parameter.
  return texts[type]?.(data as never) ?? ''
}
