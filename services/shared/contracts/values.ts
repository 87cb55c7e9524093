import { type Static, Type } from 'typebox'

/** Stock keeping unit: upper-case words and digits joined by dashes, e.g. `MUG-BLUE`. */
export const Sku = Type.String({
  pattern: '^[A-Z0-9]+(-[A-Z0-9]+)*$',
  maxLength: 40,
})

/** What a customer is called by other systems; opaque here. */
export const CustomerId = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$',
})

/** Derived from customer and Idempotency-Key, see `orders/routes`. */
export const OrderId = Type.String({ pattern: '^ord_[A-Za-z0-9_-]{22}$' })

/** RFC 3339. */
export const Time = Type.String({ format: 'date-time' })

/** `2026-01-31`. Years begin with a digit from 1 to 9, as in an envelope: RFC 3339 has a year 0, which PostgreSQL has not. */
export const Day = Type.String({ format: 'date', pattern: '^[1-9]' })

/** Euro cents. Integers, because money is counted and not measured. */
export const Cents = Type.Integer({ minimum: 0, maximum: 100_000_000_00 })

export const Quantity = Type.Integer({ minimum: 1, maximum: 1000 })

export const OrderLine = Type.Object({ sku: Sku, quantity: Quantity, unitPrice: Cents }, { additionalProperties: false })
export type OrderLine = Static<typeof OrderLine>

export const Address = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    street: Type.String({ minLength: 1, maxLength: 200 }),
    city: Type.String({ minLength: 1, maxLength: 100 }),
    postalCode: Type.String({ minLength: 1, maxLength: 20 }),
    country: Type.String({
      pattern: '^[A-Z]{2}$',
      description: 'ISO 3166-1 alpha-2',
    }),
  },
  { additionalProperties: false },
)
export type Address = Static<typeof Address>

/** All that other services need to know of an order; every saga event carries it, so that nobody has to ask for it. */
export const OrderSnapshot = Type.Object(
  {
    orderId: OrderId,
    customerId: CustomerId,
    lines: Type.Array(OrderLine, { minItems: 1, maxItems: 20 }),
    total: Cents,
    shipTo: Address,
  },
  { additionalProperties: false },
)
export type OrderSnapshot = Static<typeof OrderSnapshot>
