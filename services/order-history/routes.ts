import { Type } from 'typebox'
import { CustomerId, OrderDetail, OrderId, OrderList } from '../shared/contracts/index.ts'
import type { Queries } from '../shared/runtime/projection/database.ts'
import type { Projections } from '../shared/runtime/projection/start-projections.ts'
import type { Server } from '../shared/runtime/server.ts'
import { label } from '../shared/runtime/trace-context.ts'
import { orderHistoryProblem } from './errors.ts'
import { parseCursor } from './projections/cursor.ts'
import { findOrder, listOrders } from './projections/order-queries.ts'

/** Milliseconds. An order accepted a moment ago is usually here within 100; who asks for one that never was should not wait long. */
const catchUpMs = 500

const Page = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
  after: Type.Optional(Type.String({ maxLength: 200 })),
})

export function serveOrderHistory(app: Server, database: Queries, { untilFound }: Pick<Projections, 'untilFound'>): void {
  app.get(
    '/orders/:id',
    { schema: { params: Type.Object({ id: OrderId }), response: { 200: OrderDetail } } },
    async ({ params: { id } }) => {
      label({ orderId: id })
      const order = await untilFound(() => findOrder(id, database), catchUpMs)
      if (!order) throw orderHistoryProblem('ORDER_UNKNOWN', `There is no order ${id}.`)
      return order
    },
  )

  app.get(
    '/customers/:id/orders',
    { schema: { params: Type.Object({ id: CustomerId }), querystring: Page, response: { 200: OrderList } } },
    async ({ params: { id }, query: { limit, after } }) => {
      const cursor = after === undefined ? undefined : parseCursor(after)
      if (after !== undefined && !cursor) throw orderHistoryProblem('CURSOR_INVALID')
      return listOrders(id, limit, cursor, database)
    },
  )
}
