import { type Static, type TSchema, Type } from 'typebox'
import { CustomerId, OrderId } from '../values.ts'
import { OrderStatus } from './order-history.ts'

const Time = Type.String({ format: 'date-time' })
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
  service: Type.Union([Type.Literal('inventory'), Type.Literal('payments'), Type.Literal('shipping')]),
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

const OldAndNew = <Value extends TSchema>(value: Value) => Type.Object({ old: value, new: value })
const Count = Type.Integer({ minimum: 0 })

/** What a rebuild found out. */
export const RebuildReport = Type.Object({
  rows: OldAndNew(Count),
  /** SHA-256 over all rows in the order of their keys. */
  hash: OldAndNew(Type.String()),
  /** Rows that are otherwise now, and the first of them. */
  differing: Count,
  differences: Type.Array(Type.Object({ key: Type.String(), old: Type.Optional(Type.Unknown()), new: Type.Optional(Type.Unknown()) })),
  events: Count,
  buildMs: Milliseconds,
  /** In which no events were applied, because old and new rows were compared. */
  holdMs: Milliseconds,
})
export type RebuildReport = Static<typeof RebuildReport>

/** order-history `GET /operations/rebuilds/{id}`, and its answer to the request. */
export const Rebuild = Type.Object({
  id: Count,
  projection: Type.String(),
  state: Type.Enum(['live', 'building', 'kept', 'failed']),
  begunAt: Time,
  endedAt: Type.Optional(Time),
  /** Offsets of the log. */
  progress: Type.Object({ done: Count, of: Count }),
  report: Type.Optional(RebuildReport),
  failure: Type.Optional(Type.String()),
})
export type Rebuild = Static<typeof Rebuild>
