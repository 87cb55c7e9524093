import type { FastifyRequest } from 'fastify'
import { Compile } from 'typebox/compile'
import { IdempotencyKey, type OrderAccepted, type OrderRequest } from '../../shared/contracts/index.ts'
import { preferredWait } from '../../shared/runtime/http/prefer.ts'
import { label } from '../../shared/runtime/process/trace-context.ts'
import type { Parts } from '../api/api-route.ts'
import type { Answered, OrderPage } from '../clients.ts'
import { gatewayProblem } from '../errors.ts'
import { priceLines } from './price-lines.ts'
import { requestHash } from './request-hash.ts'

type Headers = FastifyRequest['headers']

const keySchema = Compile(IdempotencyKey)

/** The route on which customers wait for their order to change. */
export const readsOrder = 'getOrder'

/** A long poll: it waits for the order to change, up to 8 s, and costs nothing meanwhile. */
export const isLongPoll = ({ routeOptions, headers }: FastifyRequest): boolean =>
  routeOptions.config.api?.operationId === readsOrder && preferredWait(headers.prefer?.toString()) !== undefined

/** Orders are taken at once and decided later. */
export async function placeOrder(body: OrderRequest, headers: Headers, { shop }: Parts): Promise<Answered<OrderAccepted>> {
  const identity = { idempotencyKey: validKey(headers['idempotency-key']), requestHash: requestHash(body) }
  const lines = await priceLines(body.lines, shop)
  const { headers: passed, body: accepted } = await shop.placeOrder({ ...body, lines }, identity)
  label({ orderId: accepted.orderId })
  return { headers: passed, body: { orderId: accepted.orderId } }
}

/** Without body when the caller has the page already. */
export function orderPage(orderId: string, at: string | undefined, headers: Headers, { shop }: Parts): Promise<OrderPage> {
  label({ orderId })
  return shop.order(orderId, at, headers)
}

export function orderWorkflow(orderId: string, { shop }: Parts) {
  label({ orderId })
  return shop.workflow(orderId)
}

export async function cancelOrder(orderId: string, headers: Headers, { shop }: Parts): Promise<Answered<OrderAccepted>> {
  label({ orderId })
  const { headers: passed } = await shop.cancelOrder(orderId, headers)
  return { headers: passed, body: { orderId } }
}

function validKey(given: string | string[] | undefined): string {
  if (given === undefined || given === '') throw gatewayProblem('IDEMPOTENCY_KEY_REQUIRED')
  if (!keySchema.Check(given)) throw gatewayProblem('IDEMPOTENCY_KEY_INVALID')
  return given
}
