import type { OrderDetail, OrderList, OrderSummary, TimelineEntry } from '../../shared/contracts/index.ts'
import type { Queries } from '../../shared/runtime/projection/database.ts'
import { type Cursor, formatCursor } from './cursor.ts'

const summaryColumns =
  'order_id AS "orderId", customer_id AS "customerId", status, total, placed_at AS "placedAt", updated_at AS "updatedAt"'

interface DetailRow extends OrderSummary, Pick<OrderDetail, 'lines' | 'shipTo'> {
  readonly cancellation: OrderDetail['cancellation'] | null
  readonly trackingId: string | null
}

/** One order with its timeline, or undefined when no event of it has been applied. */
export async function findOrder(orderId: string, { query }: Queries): Promise<OrderDetail | undefined> {
  const [row] = await query<DetailRow>(
    `SELECT ${summaryColumns}, lines, ship_to AS "shipTo", cancellation, tracking_id AS "trackingId" FROM orders WHERE order_id = $1`,
    [orderId],
  )
  if (!row) return undefined
  const timeline = await query<TimelineEntry>('SELECT time, type, text FROM timeline WHERE order_id = $1 ORDER BY time, step, event_id', [
    orderId,
  ])
  const { cancellation, trackingId, ...rest } = row
  return { ...rest, ...(cancellation && { cancellation }), ...(trackingId && { trackingId }), timeline }
}

/** A customer's orders, newest first, from after the cursor on. One row more than asked for tells whether there is a next page. */
export async function listOrders(customerId: string, limit: number, after: Cursor | undefined, { query }: Queries): Promise<OrderList> {
  const rows = await query<OrderSummary>(
    `SELECT ${summaryColumns} FROM orders
     WHERE customer_id = $1 AND ($2::timestamptz IS NULL OR (placed_at, order_id) < ($2::timestamptz, $3::text))
     ORDER BY placed_at DESC, order_id DESC LIMIT $4`,
    [customerId, after?.placedAt ?? null, after?.orderId ?? null, limit + 1],
  )
  const orders = rows.slice(0, limit)
  const last = orders.at(-1)
  return { orders, ...(rows.length > limit && last && { next: formatCursor(last) }) }
}
