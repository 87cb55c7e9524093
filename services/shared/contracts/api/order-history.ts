import { type Static, Type } from 'typebox'
import { CancellationReason } from '../events/orders.ts'
import { Address, Cents, CustomerId, OrderId, OrderLine } from '../values.ts'

export const OrderStatus = Type.Union([
  Type.Literal('placed'),
  Type.Literal('reserved'),
  Type.Literal('paid'),
  Type.Literal('confirmed'),
  Type.Literal('shipped'),
  Type.Literal('cancelled'),
])
export type OrderStatus = Static<typeof OrderStatus>

export const OrderSummary = Type.Object({
  orderId: OrderId,
  customerId: CustomerId,
  status: OrderStatus,
  total: Cents,
  placedAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
})
export type OrderSummary = Static<typeof OrderSummary>

export const TimelineEntry = Type.Object({
  time: Type.String({ format: 'date-time' }),
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

/** order-history `GET /customers/{id}/orders`, newest first */
export const OrderList = Type.Object({
  orders: Type.Array(OrderSummary),
  next: Type.Optional(Type.String()),
})
export type OrderList = Static<typeof OrderList>
