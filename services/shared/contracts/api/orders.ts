import { type Static, Type } from 'typebox'
import { Address, CustomerId, OrderId, OrderLine, Quantity, Sku } from '../values.ts'

/** gateway `POST /v1/orders` */
export const OrderRequest = Type.Object(
  {
    customerId: CustomerId,
    lines: Type.Array(Type.Object({ sku: Sku, quantity: Quantity }, { additionalProperties: false }), { minItems: 1, maxItems: 20 }),
    shipTo: Address,
  },
  { additionalProperties: false },
)
export type OrderRequest = Static<typeof OrderRequest>

/** orders `POST /orders`: the same with the prices that the gateway read from catalog. */
export const PricedOrderRequest = Type.Object(
  {
    customerId: CustomerId,
    lines: Type.Array(OrderLine, { minItems: 1, maxItems: 20 }),
    shipTo: Address,
  },
  { additionalProperties: false },
)
export type PricedOrderRequest = Static<typeof PricedOrderRequest>

/** The `Idempotency-Key` header: 8 to 128 visible characters that need no quoting. */
export const IdempotencyKey = Type.String({
  pattern: '^[A-Za-z0-9._:-]{8,128}$',
})

/**
 * Version of the order as an entity tag, e.g. `"7"`: the `ETag` of whoever changed an order. It goes into the `If-Match` of whoever cancels
 * what he saw, as does the tag of a page, `"7.12"`: the version comes first, and the rest is no matter there.
 */
export const orderVersionTag = (version: number): string => `"${version}"`

/** `202` of orders `POST /orders` and `POST /orders/{id}/cancel` */
export const OrderAccepted = Type.Object({ orderId: OrderId })
export type OrderAccepted = Static<typeof OrderAccepted>
