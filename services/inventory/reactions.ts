import { assortment } from '../shared/contracts/assortment.ts'
import type { EventsFor } from '../shared/contracts/events/events.ts'
import type { CommandMessage, ReactionTable } from '../shared/runtime/event-sourcing/decider.ts'
import type { InventoryCommand } from './decider/commands.ts'

/** Inventory's part of the choreography: one command per line of the order, to the line's SKU. */
export const reactions = {
  'orders.OrderPlaced': ({ order }) =>
    order.lines.map(({ sku, quantity }) => ({ aggregateId: sku, command: { type: 'ReserveStock', data: { sku, quantity, order } } })),
  'payments.PaymentAuthorized': ({ order: { orderId, lines } }) =>
    lines.map(({ sku }) => ({ aggregateId: sku, command: { type: 'SellStock', data: { sku, orderId } } })),
  'orders.OrderCancelled': ({ order: { orderId, lines } }) =>
    lines.map(({ sku }) => ({ aggregateId: sku, command: { type: 'ReleaseStock', data: { sku, orderId } } })),
} satisfies ReactionTable<EventsFor<'inventory'>, InventoryCommand>

/** Too short for an Idempotency-Key, so that no caller can book it. It is in the logs of shops that run: the word stays. */
export const seedReceipt = 'opening'

/** With what a new shop begins: inventory receives the first stock, once. */
export const seedCommands: readonly CommandMessage<InventoryCommand>[] = assortment.map(({ sku, stock }) => ({
  aggregateId: sku,
  command: { type: 'ReceiveStock', data: { sku, quantity: stock, receiptId: seedReceipt } },
}))
