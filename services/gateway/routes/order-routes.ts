import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import {
  CustomerId,
  CustomerSummary,
  IdempotencyKey,
  OrderAccepted,
  OrderDetail,
  OrderId,
  OrderList,
  OrderListQuery,
  OrderQuery,
  OrderRequest,
  OrderWorkflow,
} from '../../shared/contracts/index.ts'
import { preferredWait } from '../../shared/runtime/http/prefer.ts'
import type { Server } from '../../shared/runtime/http/server.ts'
import { label } from '../../shared/runtime/process/trace-context.ts'
import type { Shop } from '../clients.ts'
import { gatewayProblem } from '../errors.ts'
import { priceLines } from './price-lines.ts'
import { requestHash } from './request-hash.ts'

const keySchema = Compile(IdempotencyKey)
const OrderPath = Type.Object({ id: OrderId })
const orderPath = '/v1/orders/:id'

/** A long poll: it waits for the order to change, up to 8 s, and costs nothing meanwhile. */
export const isLongPoll = ({ routeOptions, headers }: FastifyRequest): boolean =>
  routeOptions.url === orderPath && preferredWait(headers.prefer?.toString()) !== undefined

/** Orders are taken at once and decided later: `202` and where to look. */
export function orderRoutes(app: Server, shop: Shop): void {
  app.post('/v1/orders', { schema: { body: OrderRequest, response: { 202: OrderAccepted } } }, async ({ headers, body }, reply) => {
    const identity = { idempotencyKey: validKey(headers['idempotency-key']), requestHash: requestHash(body) }
    const lines = await priceLines(body.lines, shop)
    const { headers: passed, body: accepted } = await shop.placeOrder({ ...body, lines }, identity)
    const { orderId } = accepted
    label({ orderId })
    return reply
      .code(202)
      .headers({ ...passed, location: `/v1/orders/${orderId}` })
      .send({ orderId })
  })

  app.get(
    orderPath,
    { schema: { params: OrderPath, querystring: OrderQuery, response: { 200: OrderDetail, 304: Type.Unknown() } } },
    async ({ params: { id }, query: { at }, headers }, reply) => {
      label({ orderId: id })
      const { headers: passed, body } = await shop.order(id, at, headers)
      reply.headers(passed)
      return body === undefined ? reply.code(304).send(undefined) : body
    },
  )

  app.get('/v1/orders/:id/workflow', { schema: { params: OrderPath, response: { 200: OrderWorkflow } } }, ({ params: { id } }) => {
    label({ orderId: id })
    return shop.workflow(id)
  })

  app.post(
    '/v1/orders/:id/cancel',
    { schema: { params: OrderPath, response: { 202: OrderAccepted } } },
    async ({ params: { id }, headers }, reply) => {
      label({ orderId: id })
      const { headers: passed } = await shop.cancelOrder(id, headers)
      return reply
        .code(202)
        .headers({ ...passed, location: `/v1/orders/${id}` })
        .send({ orderId: id })
    },
  )

  const customer = Type.Object({ id: CustomerId })
  app.get('/v1/customers/:id', { schema: { params: customer, response: { 200: CustomerSummary } } }, ({ params: { id } }) =>
    shop.customer(id),
  )
  app.get(
    '/v1/customers/:id/orders',
    { schema: { params: customer, querystring: OrderListQuery, response: { 200: OrderList } } },
    ({ params: { id }, query: { limit, after } }) =>
      shop.customerOrders(id, new URLSearchParams({ limit: String(limit), ...(after !== undefined && { after }) })),
  )
}

function validKey(given: string | string[] | undefined): string {
  if (given === undefined || given === '') throw gatewayProblem('IDEMPOTENCY_KEY_REQUIRED')
  if (!keySchema.Check(given)) throw gatewayProblem('IDEMPOTENCY_KEY_INVALID')
  return given
}
