import { Type } from 'typebox'
import { OrderId, OrderSnapshot, Quantity, Sku } from '../../shared/contracts/values.ts'
import type { CommandOf } from '../../shared/runtime/event-sourcing/decider.ts'

/** What inventory can be told, keyed by SKU. */
export const inventoryCommands = {
  ReceiveStock: Type.Object({
    sku: Sku,
    quantity: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
    /** The same receipt is booked once. */
    receiptId: Type.String({ minLength: 1, maxLength: 128 }),
  }),
  ReserveStock: Type.Object({ sku: Sku, quantity: Quantity, order: OrderSnapshot }),
  SellStock: Type.Object({ sku: Sku, orderId: OrderId }),
  /** The order has ended: whatever it holds here becomes available again. */
  ReleaseStock: Type.Object({ sku: Sku, orderId: OrderId }),
}

export type InventoryCommand = CommandOf<typeof inventoryCommands>
