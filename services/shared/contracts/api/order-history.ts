import { type Static, Type } from 'typebox'
import { CancellationReason } from '../events/orders.ts'
import { OrderStatus } from '../order-status.ts'
import { Address, Cents, CustomerId, Day, OrderId, OrderLine, Sku, Time } from '../values.ts'

const Count = Type.Integer({ minimum: 0 })

export const OrderSummary = Type.Object({
  orderId: OrderId,
  customerId: CustomerId,
  status: OrderStatus,
  /** Of the order: one more with each event of its own. */
  version: Type.Integer({ minimum: 1 }),
  total: Cents,
  placedAt: Time,
  updatedAt: Time,
})
export type OrderSummary = Static<typeof OrderSummary>

export const TimelineEntry = Type.Object({
  time: Time,
  type: Type.String(),
  text: Type.String(),
})
export type TimelineEntry = Static<typeof TimelineEntry>

/** order-history `GET /orders/{id}` and gateway `GET /v1/orders/{id}` */
export const OrderDetail = Type.Object({
  ...OrderSummary.properties,
  lines: Type.Array(OrderLine),
  shipTo: Address,
  cancellation: Type.Optional(Type.Object({ reason: CancellationReason, detail: Type.String() })),
  trackingId: Type.Optional(Type.String()),
  timeline: Type.Array(TimelineEntry),
})
export type OrderDetail = Static<typeof OrderDetail>

/** Query of order-history `GET /orders/{id}` and gateway `GET /v1/orders/{id}`: `at` is a version (`3`) or a moment (RFC 3339). */
export const OrderQuery = Type.Object({ at: Type.Optional(Type.String({ maxLength: 40 })) })

/** Entity tag of an order's page, e.g. `"7.12"`: the order's version, and how many events its page was made of. Both only grow. */
export const orderPageTag = (version: number, events: number): string => `"${version}.${events}"`

/** Query of order-history `GET /customers/{id}/orders` and gateway `GET /v1/customers/{id}/orders`: one page. */
export const OrderListQuery = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
  after: Type.Optional(Type.String({ maxLength: 200, description: '`next` of the page before' })),
})

/** order-history `GET /customers/{id}/orders`, newest first */
export const OrderList = Type.Object({
  orders: Type.Array(OrderSummary),
  next: Type.Optional(Type.String()),
})
export type OrderList = Static<typeof OrderList>

/** order-history `GET /customers/{id}` and gateway `GET /v1/customers/{id}`: how a customer stands. */
export const CustomerSummary = Type.Object({
  customerId: CustomerId,
  orders: Count,
  /** Neither shipped nor cancelled. */
  open: Type.Integer(),
  shipped: Count,
  cancelled: Count,
  /** All that was ever charged, and what of it was given back. */
  charged: Type.Integer({ minimum: 0 }),
  refunded: Type.Integer({ minimum: 0 }),
  /** `charged` less `refunded`. */
  spent: Type.Integer(),
  /** Missing until an order of the customer has shown. */
  lastOrderAt: Type.Optional(Time),
})
export type CustomerSummary = Static<typeof CustomerSummary>

/** order-history `GET /operations/stock` and gateway `GET /v1/operations/stock`, by SKU. */
export const StockView = Type.Object({
  items: Type.Array(
    Type.Object({
      sku: Sku,
      received: Count,
      available: Type.Integer(),
      reserved: Type.Integer(),
      sold: Type.Integer(),
      /** Times that somebody wanted more than there was. */
      refusals: Count,
    }),
  ),
})
export type StockView = Static<typeof StockView>

/** Days in UTC, both included. */
export const RevenueQuery = Type.Object({
  from: Type.Optional(Day),
  to: Type.Optional(Day),
})
export type RevenueQuery = Static<typeof RevenueQuery>

/** order-history `GET /operations/revenue` and gateway `GET /v1/operations/revenue`: what was charged and given back on each day, newest first. */
export const RevenueByDay = Type.Object({
  days: Type.Array(
    Type.Object({
      day: Day,
      payments: Count,
      charged: Type.Integer({ minimum: 0 }),
      refunds: Count,
      refunded: Type.Integer({ minimum: 0 }),
      /** `charged` less `refunded`: below zero on a day that gave back what earlier days had earned. */
      revenue: Type.Integer(),
    }),
  ),
})
export type RevenueByDay = Static<typeof RevenueByDay>
