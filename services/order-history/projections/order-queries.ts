import {
  type OrderList,
  type OrderStatus,
  type OrderSummary,
  type StuckOrders,
  type StuckQuery,
  waitingFor,
  waitingStatuses,
} from '../../shared/contracts/index.ts'
import { type Queries, viewOf } from '../../shared/runtime/projections/index.ts'
import { type Cursor, formatCursor } from './cursor.ts'
import { type OrderDetailRow, orderDetail } from './order-detail.ts'
import { type OrderListRow, orderList } from './order-list.ts'

const summary = '"orderId", "customerId", version, status, total, "placedAt", "updatedAt"'

/** All that happened to an order, or undefined when nothing of it has been applied. */
export async function findOrder(orderId: string, { query }: Queries): Promise<OrderDetailRow | undefined> {
  const [row] = await query<OrderDetailRow>(`SELECT * FROM ${viewOf(orderDetail)} WHERE "orderId" = $1`, [orderId])
  return row
}

/** A customer's orders, newest first, from after the cursor on. One row more than asked for tells whether there is a next page. */
export async function listOrders(customerId: string, limit: number, after: Cursor | undefined, { query }: Queries): Promise<OrderList> {
  const rows = await query<OrderSummary>(
    `SELECT ${summary} FROM ${viewOf(orderList)}
     WHERE "customerId" = $1 AND ($2::timestamptz IS NULL OR ("placedAt", "orderId") < ($2::timestamptz, $3::text))
     ORDER BY "placedAt" DESC, "orderId" DESC LIMIT $4`,
    [customerId, after?.placedAt ?? null, after?.orderId ?? null, limit + 1],
  )
  const orders = rows.slice(0, limit)
  const last = orders.at(-1)
  return { orders, ...(rows.length > limit && last && { next: formatCursor(last) }) }
}

/** Orders that have waited for one answer for longer than asked, the longest wait first. */
export async function listStuck({ limit, 'waited-ms': waitedMs }: StuckQuery, now: Date, { query }: Queries): Promise<StuckOrders> {
  type Waiting = Pick<OrderListRow, 'orderId' | 'customerId' | 'respondBy' | 'since'> & { status: OrderStatus; total: number }
  const rows = await query<Waiting>(
    `SELECT "orderId", "customerId", status, since, "respondBy", count(*) OVER () AS total FROM ${viewOf(orderList)}
     WHERE status = ANY($1::text[]) AND since <= $2::timestamptz ORDER BY since, "orderId" LIMIT $3`,
    [waitingStatuses, new Date(now.getTime() - waitedMs).toISOString(), limit],
  )
  const orders = rows.flatMap(({ orderId, customerId, status, since, respondBy }) => {
    const waiting = waitingFor({ status, at: since }, now)
    return waiting ? [{ orderId, customerId, status, respondBy, waitingFor: waiting }] : []
  })
  return { asOf: now.toISOString(), total: rows[0]?.total ?? 0, orders }
}
