import { type Static, Type } from 'typebox'
import { OrderId, OrderSlip, Quantity, Sku } from '../../shared/contracts/values.ts'

/** What inventory can be told, keyed by SKU. */
export const inventoryCommands = {
  ReceiveStock: Type.Object({
    sku: Sku,
    quantity: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
    /** The same receipt is booked once. */
    receiptId: Type.String({ minLength: 1, maxLength: 128 }),
  }),
  ReserveStock: Type.Object({ sku: Sku, quantity: Quantity, order: OrderSlip }),
  SellStock: Type.Object({ sku: Sku, orderId: OrderId }),
  /** The order has ended: whatever it holds here becomes available again. */
  ReleaseStock: Type.Object({ sku: Sku, orderId: OrderId }),
}

type Schemas = typeof inventoryCommands
export type InventoryCommand = { [K in keyof Schemas]: { readonly type: K; readonly data: Static<Schemas[K]> } }[keyof Schemas]
