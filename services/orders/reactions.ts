import type { DomainEvent } from '../shared/contracts/events/events.ts'
import type { Addressed, ReactionTable } from '../shared/runtime/event-sourcing/decider.ts'
import type { OrdersCommand } from './decider/commands.ts'

const tell = (orderId: string, command: OrdersCommand): readonly Addressed<OrdersCommand>[] => [{ aggregateId: orderId, command }]

/** Orders' part of the choreography: what the others found out moves the order on, or ends it. */
export const reactions = {
  'inventory.StockReserved': ({ sku, order: { orderId } }) => tell(orderId, { type: 'ReserveLine', data: { orderId, sku } }),
  'inventory.StockReservationRefused': ({ sku, quantity, available, order: { orderId } }) =>
    tell(orderId, {
      type: 'CancelOrder',
      data: { orderId, reason: 'out-of-stock', detail: `${quantity} of ${sku} asked for, ${available} available.` },
    }),
  'payments.PaymentAuthorized': ({ order: { orderId } }) => tell(orderId, { type: 'PayOrder', data: { orderId } }),
  'payments.PaymentDeclined': ({ amount, creditLeft, order: { orderId } }) =>
    tell(orderId, {
      type: 'CancelOrder',
      data: { orderId, reason: 'credit-refused', detail: `${amount} cents asked for, ${creditLeft} cents of credit left.` },
    }),
  'shipping.ShipmentBooked': ({ trackingId, order: { orderId } }) => tell(orderId, { type: 'ConfirmOrder', data: { orderId, trackingId } }),
  'shipping.ParcelDispatched': ({ orderId, trackingId }) => tell(orderId, { type: 'ShipOrder', data: { orderId, trackingId } }),
} satisfies ReactionTable<DomainEvent, OrdersCommand>
