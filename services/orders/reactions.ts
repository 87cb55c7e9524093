import type { EventsFor } from '../shared/contracts/events/events.ts'
import type { CommandMessage, ReactionTable } from '../shared/runtime/event-sourcing/decider.ts'
import type { OrdersCommand } from './decider/commands.ts'

const toOrder = (orderId: string, command: OrdersCommand): readonly CommandMessage<OrdersCommand>[] => [{ aggregateId: orderId, command }]

/** Orders' part of the choreography: what the others found out moves the order on, or ends it. */
export const reactions = {
  'inventory.StockReserved': ({ sku, order: { orderId } }) => toOrder(orderId, { type: 'ReserveLine', data: { orderId, sku } }),
  'inventory.StockReservationRefused': ({ sku, quantity, available, order: { orderId } }) =>
    toOrder(orderId, {
      type: 'CancelOrder',
      data: { orderId, reason: 'out-of-stock', detail: `${quantity} of ${sku} asked for, ${available} available.` },
    }),
  'payments.PaymentAuthorized': ({ order: { orderId } }) => toOrder(orderId, { type: 'PayOrder', data: { orderId } }),
  'payments.PaymentDeclined': ({ amount, creditLeft, order: { orderId } }) =>
    toOrder(orderId, {
      type: 'CancelOrder',
      data: { orderId, reason: 'credit-refused', detail: `${amount} cents asked for, ${creditLeft} cents of credit left.` },
    }),
  'shipping.ShipmentBooked': ({ trackingId, order: { orderId } }) =>
    toOrder(orderId, { type: 'ConfirmOrder', data: { orderId, trackingId } }),
  'shipping.ParcelDispatched': ({ orderId, trackingId }) => toOrder(orderId, { type: 'ShipOrder', data: { orderId, trackingId } }),
} satisfies ReactionTable<EventsFor<'orders'>, OrdersCommand>
