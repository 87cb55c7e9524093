import type { FastifyRequest } from 'fastify'
import { Compile } from 'typebox/compile'
import { IdempotencyKey, type OrderAccepted, type OrderRequest, type OrderWorkflow } from '../../shared/contracts/index.ts'
import { preferredWait } from '../../shared/runtime/http/prefer.ts'
import { label } from '../../shared/runtime/process/trace-context.ts'
import type { Caller } from '../access/caller.ts'
import { requireOwn } from '../access/ownership.ts'
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

/** Orders are taken at once and decided later. @throws FORBIDDEN for another customer's */
export async function placeOrder(
  caller: Caller,
  body: OrderRequest,
  headers: Headers,
  { shop, owners }: Parts,
): Promise<Answered<OrderAccepted>> {
  requireOwn(caller, body.customerId)
  const identity = { idempotencyKey: validKey(headers['idempotency-key']), requestHash: requestHash(body) }
  const lines = await priceLines(body.lines, shop)
  const { headers: passed, body: accepted } = await shop.placeOrder({ ...body, lines }, identity)
  label({ orderId: accepted.orderId })
  owners.remember(accepted.orderId, body.customerId)
  return { headers: passed, body: { orderId: accepted.orderId } }
}

/** Without body when the caller has the page already. @throws ORDER_UNKNOWN for another customer's */
export async function orderPage(
  caller: Caller,
  orderId: string,
  at: string | undefined,
  headers: Headers,
  { shop, owners }: Parts,
): Promise<OrderPage> {
  label({ orderId })
  // What an order was is refused in words that tell what it is. What it is now is read once, and kept back when it is another's.
  if (at !== undefined) await owners.requireOwn(caller, orderId)
  const page = await shop.order(orderId, at, headers)
  if (page.body) owners.remember(orderId, page.body.customerId)
  await owners.requireOwn(caller, orderId)
  return page
}

/** @throws ORDER_UNKNOWN for another customer's */
export async function orderWorkflow(caller: Caller, orderId: string, { shop, owners }: Parts): Promise<OrderWorkflow> {
  label({ orderId })
  await owners.requireOwn(caller, orderId)
  return shop.workflow(orderId)
}

/** @throws ORDER_UNKNOWN for another customer's */
export async function cancelOrder(
  caller: Caller,
  orderId: string,
  headers: Headers,
  { shop, owners }: Parts,
): Promise<Answered<OrderAccepted>> {
  label({ orderId })
  await owners.requireOwn(caller, orderId)
  const { headers: passed } = await shop.cancelOrder(orderId, headers)
  return { headers: passed, body: { orderId } }
}

function validKey(given: string | string[] | undefined): string {
  if (given === undefined || given === '') throw gatewayProblem('IDEMPOTENCY_KEY_REQUIRED')
  if (!keySchema.Check(given)) throw gatewayProblem('IDEMPOTENCY_KEY_INVALID')
  return given
}
