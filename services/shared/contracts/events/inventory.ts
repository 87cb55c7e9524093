import { Type } from 'typebox'
import { OrderId, OrderSnapshot, Quantity, Sku } from '../values.ts'

/** `inventory.events`, keyed by SKU. Stock moves available → reserved → sold, and back to available when an order ends. */
export const inventoryEvents = {
  'inventory.StockReceived': Type.Object({
    sku: Sku,
    quantity: Type.Integer({ minimum: 1 }),
    receiptId: Type.String(),
  }),
  'inventory.StockReserved': Type.Object({
    sku: Sku,
    quantity: Quantity,
    order: OrderSnapshot,
  }),
  'inventory.StockReservationRefused': Type.Object({
    sku: Sku,
    quantity: Quantity,
    available: Type.Integer({ minimum: 0 }),
    order: OrderSnapshot,
  }),
  'inventory.StockSold': Type.Object({
    sku: Sku,
    quantity: Quantity,
    orderId: OrderId,
  }),
  'inventory.StockReleased': Type.Object({
    sku: Sku,
    quantity: Quantity,
    orderId: OrderId,
    from: Type.Union([Type.Literal('reserved'), Type.Literal('sold')]),
  }),
  /** The order ended before it was reserved here: remembered, so that a late reservation takes nothing. */
  'inventory.ReservationVoided': Type.Object({ sku: Sku, orderId: OrderId }),
}
