import { type Static, Type } from 'typebox'
import { awaitedServices, OrderStatus } from '../order-status.ts'
import { CustomerId, OrderId, Time } from '../values.ts'

const Milliseconds = Type.Integer({ minimum: 0 })

/** One stretch of an order's way: how long it had this status. */
export const OrderStep = Type.Object({
  name: OrderStatus,
  startedAt: Time,
  /** Missing while the order is there. */
  endedAt: Type.Optional(Time),
  /** Until its end, or until now. */
  ms: Milliseconds,
})
export type OrderStep = Static<typeof OrderStep>

/** Whose answer moves the order on. */
export const WaitingFor = Type.Object({
  service: Type.Enum(awaitedServices),
  since: Time,
  ms: Milliseconds,
})
export type WaitingFor = Static<typeof WaitingFor>

/** Where one order is, how long each step took, and what it waits for: order-history `GET /orders/{id}/workflow`, gateway `GET /v1/orders/{id}/workflow`. */
export const OrderWorkflow = Type.Object({
  orderId: OrderId,
  status: OrderStatus,
  /** When it is given up unless it is confirmed. */
  respondBy: Time,
  steps: Type.Array(OrderStep),
  /** Missing when its saga is over, or waits for people only. */
  waitingFor: Type.Optional(WaitingFor),
})
export type OrderWorkflow = Static<typeof OrderWorkflow>

/** Milliseconds that an order may wait for one answer before it counts as stuck, unless the question says otherwise. */
export const usualWaitMs = 60_000

/** Query of order-history `GET /operations/stuck` and gateway `GET /v1/operations/stuck`. */
export const StuckQuery = Type.Object({
  'waited-ms': Type.Integer({ minimum: 0, maximum: 7 * 24 * 3600_000, default: usualWaitMs }),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
})
export type StuckQuery = Static<typeof StuckQuery>

const StuckOrder = Type.Object({
  orderId: OrderId,
  customerId: CustomerId,
  status: OrderStatus,
  respondBy: Time,
  waitingFor: WaitingFor,
})

/** Orders that wait for one answer longer than asked for, the longest wait first; `total` counts those beyond the limit, too. */
export const StuckOrders = Type.Object({
  asOf: Time,
  total: Type.Integer({ minimum: 0 }),
  orders: Type.Array(StuckOrder),
})
export type StuckOrders = Static<typeof StuckOrders>

/** Read models of order-history, by name. */
export const ProjectionName = Type.Enum(['order-list', 'order-detail', 'customer-summary', 'stock-view', 'revenue-by-day'])
export type ProjectionName = Static<typeof ProjectionName>

/** order-history `POST /operations/rebuilds` (not through the gateway): make a projection's rows again from the log. */
export const RebuildRequest = Type.Object(
  {
    projection: ProjectionName,
    /** Do not throw the rows away that are replaced. */
    keep: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type RebuildRequest = Static<typeof RebuildRequest>
