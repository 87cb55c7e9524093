import type { Static } from 'typebox'
import type { EventData, OrderSlip, OrderStatus } from '../../shared/contracts/index.ts'
import type { Project } from '../../shared/runtime/projection/projection.ts'

/** The further of two statuses is the truth, whichever arrives later; nothing comes after `cancelled`. */
const progress = { placed: 1, reserved: 2, paid: 3, confirmed: 4, shipped: 5, cancelled: 6 } as const satisfies Record<OrderStatus, number>

interface Move {
  readonly order: Static<typeof OrderSlip>
  readonly trackingId?: string
  readonly cancellation?: Pick<EventData<'orders.OrderCancelled'>, 'reason' | 'detail'>
}

/** Whichever event comes first makes the row: every event of an order carries all of it. */
const upsert = `
  INSERT INTO orders (order_id, customer_id, status, progress, total, lines, ship_to, placed_at, updated_at, cancellation, tracking_id)
  VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8, $8, $9::jsonb, $10)
  ON CONFLICT (order_id) DO UPDATE SET
    status = CASE WHEN EXCLUDED.progress > orders.progress THEN EXCLUDED.status ELSE orders.status END,
    progress = GREATEST(orders.progress, EXCLUDED.progress),
    placed_at = LEAST(orders.placed_at, EXCLUDED.placed_at),
    updated_at = GREATEST(orders.updated_at, EXCLUDED.updated_at),
    cancellation = COALESCE(orders.cancellation, EXCLUDED.cancellation),
    tracking_id = COALESCE(orders.tracking_id, EXCLUDED.tracking_id)`

/** Moves an order's row to a status. */
export const moveOrder =
  (status: OrderStatus): Project<Move> =>
  async ({ data: { order, trackingId, cancellation }, envelope }, queries) => {
    await queries.query(upsert, [
      order.orderId,
      order.customerId,
      status,
      progress[status],
      order.total,
      JSON.stringify(order.lines),
      JSON.stringify(order.shipTo),
      envelope.time,
      cancellation ? JSON.stringify(cancellation) : null,
      trackingId ?? null,
    ])
  }

/** The same for the end that has a reason. */
export const cancelOrder: Project<EventData<'orders.OrderCancelled'>> = ({ data: { order, reason, detail }, envelope }, queries) =>
  moveOrder('cancelled')({ data: { order, cancellation: { reason, detail } }, envelope }, queries)
