import { Type } from 'typebox'
import {
  CustomerId,
  CustomerSummary,
  OrderDetail,
  OrderId,
  OrderList,
  OrderListQuery,
  OrderQuery,
  OrderWorkflow,
  orderVersionTag,
} from '../../shared/contracts/index.ts'
import type { Server } from '../../shared/runtime/http/server.ts'
import { endOfWaiting, label } from '../../shared/runtime/process/trace-context.ts'
import { type Projections, type Queries, refusingValues } from '../../shared/runtime/projections/index.ts'
import { orderHistoryProblem } from '../errors.ts'
import { findCustomer } from '../projections/business-queries.ts'
import { parseCursor } from '../projections/cursor.ts'
import { orderAsOf, parseMoment, workflowOf } from '../projections/order-as-of.ts'
import { listOrders } from '../projections/order-queries.ts'
import { awaitOrder, patienceOf, tagOf } from './await-page.ts'

const OrderPath = Type.Object({ id: OrderId })
const CustomerPath = Type.Object({ id: CustomerId })

/** Not validated: what makes no sense in these headers is to be ignored. */
interface Conditions {
  prefer?: string
  'if-none-match'?: string
}

/** Orders and customers, as screens show them. */
export function serveOrders(app: Server, database: Queries, { untilFound }: Pick<Projections, 'untilFound'>, clock: () => Date): void {
  const queries = refusingValues(database)
  const unknown = (id: string) => orderHistoryProblem('ORDER_UNKNOWN', `There is no order ${id}.`)

  app.get(
    '/orders/:id',
    { schema: { params: OrderPath, querystring: OrderQuery, response: { 200: OrderDetail, 304: Type.Unknown() } } },
    async ({ params: { id }, query: { at }, headers }, reply) => {
      label({ orderId: id })
      const moment = at === undefined ? undefined : parseMoment(at)
      if (at !== undefined && !moment) throw orderHistoryProblem('MOMENT_INVALID')
      const version = moment && 'version' in moment ? moment.version : 0
      // The past has no tag: it is asked for by its name.
      const patience = patienceOf(moment ? {} : (headers as Conditions), version)
      reply.headers(patience.headers)
      const row = await awaitOrder(id, patience, { queries, untilFound, signal: endOfWaiting() })
      if (!row) throw unknown(id)
      if (moment) return pastOf(row, moment)
      const tag = tagOf(row)
      reply.headers({ etag: tag, ...(row.version < patience.version && { 'version-awaited': orderVersionTag(patience.version) }) })
      if (patience.known.has(tag)) return reply.code(304).send(undefined)
      const page = orderAsOf(row)
      if (!page) throw unknown(id)
      return page
    },
  )

  function pastOf(row: Parameters<typeof orderAsOf>[0], moment: NonNullable<ReturnType<typeof parseMoment>>): OrderDetail {
    if ('version' in moment && moment.version > row.version) {
      throw orderHistoryProblem('ORDER_NOT_YET', `${row.orderId} is at version ${row.version}.`)
    }
    const page = orderAsOf(row, moment)
    if (!page) throw orderHistoryProblem('ORDER_NOT_YET', `${row.orderId} came later.`)
    return page
  }

  app.get('/orders/:id/workflow', { schema: { params: OrderPath, response: { 200: OrderWorkflow } } }, async ({ params: { id } }) => {
    label({ orderId: id })
    const row = await awaitOrder(id, patienceOf({}), { queries, untilFound, signal: endOfWaiting() })
    const workflow = row && workflowOf(row, clock())
    if (!workflow) throw unknown(id)
    return workflow
  })

  app.get(
    '/customers/:id/orders',
    { schema: { params: CustomerPath, querystring: OrderListQuery, response: { 200: OrderList } } },
    async ({ params: { id }, query: { limit, after } }) => {
      const cursor = after === undefined ? undefined : parseCursor(after)
      if (after !== undefined && !cursor) throw orderHistoryProblem('CURSOR_INVALID')
      return listOrders(id, limit, cursor, queries)
    },
  )

  app.get('/customers/:id', { schema: { params: CustomerPath, response: { 200: CustomerSummary } } }, async ({ params: { id } }) => {
    const customer = await findCustomer(id, queries)
    if (!customer) throw orderHistoryProblem('CUSTOMER_UNKNOWN', `Nothing has happened to a customer ${id}.`)
    return customer
  })
}
