import { type Static, type TString, Type } from 'typebox'
import { Address, CustomerId, OrderId, OrderLine, Quantity, Sku } from '../values.ts'

/**
 * What somebody typed, to be printed on a parcel: not blank, and without control characters and halves of surrogate pairs,
 * which databases and printers cannot take. Orders taken by earlier releases may have such.
 */
const legible = (text: TString): TString =>
  Type.String({
    ...text,
    pattern: '^(?=[\\s\\S]*\\S)(?:[^\\u0000-\\u001F\\u007F-\\u009F\\uD800-\\uDFFF]|[\\uD800-\\uDBFF][\\uDC00-\\uDFFF])*$',
  })

const { name, street, city, postalCode, country } = Address.properties

/** Where an order may be sent to. */
const ShipTo = Type.Object(
  { name: legible(name), street: legible(street), city: legible(city), postalCode: legible(postalCode), country },
  { additionalProperties: false },
)

/** gateway `POST /v1/orders` */
export const OrderRequest = Type.Object(
  {
    customerId: CustomerId,
    lines: Type.Array(Type.Object({ sku: Sku, quantity: Quantity }, { additionalProperties: false }), { minItems: 1, maxItems: 20 }),
    shipTo: ShipTo,
  },
  { additionalProperties: false },
)
export type OrderRequest = Static<typeof OrderRequest>

/** orders `POST /orders`: the same with the prices that the gateway read from catalog. */
export const PricedOrderRequest = Type.Object(
  {
    customerId: CustomerId,
    lines: Type.Array(OrderLine, { minItems: 1, maxItems: 20 }),
    shipTo: ShipTo,
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
