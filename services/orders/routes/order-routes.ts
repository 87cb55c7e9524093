import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { IdempotencyKey, OrderAccepted, orderVersionTag, PricedOrderRequest } from '../../shared/contracts/api/orders.ts'
import { OrderId } from '../../shared/contracts/values.ts'
import { problems } from '../../shared/runtime/http/problem.ts'
import type { Accepted, SendCommand } from '../../shared/runtime/http/send-command.ts'
import type { Server } from '../../shared/runtime/http/server.ts'
import { label } from '../../shared/runtime/process/trace-context.ts'
import { type OrdersCommand, ordersCommands } from '../decider/commands.ts'
import type { OrdersEvent } from '../decider/evolve.ts'
import { ordersErrors } from '../errors.ts'
import type { Placed } from '../projections.ts'
import { allowedVersions } from './if-match.ts'
import { orderIdOf } from './order-id.ts'
import { requestHashOf, toOrderSnapshot } from './order-snapshot.ts'

const problem = problems(ordersErrors)
const idempotencyKey = Compile(IdempotencyKey)
const { requestHash } = ordersCommands.PlaceOrder.properties

function keyOf(header: string | undefined): string {
  if (!header) throw problem('IDEMPOTENCY_KEY_REQUIRED')
  if (!idempotencyKey.Check(header)) throw problem('IDEMPOTENCY_KEY_INVALID')
  return header
}

/** @returns undefined when any version will do */
function expectedVersions(ifMatch: string | undefined): readonly number[] | undefined {
  const versions = ifMatch === undefined ? 'any' : allowedVersions(ifMatch)
  if (versions === undefined) throw problem('IF_MATCH_INVALID')
  return versions === 'any' ? undefined : versions
}

/** The version that the order had then: whoever reads it asks for this one or a later. None when it was not decided in time. */
const versionTag = (accepted: Accepted<OrdersEvent>): { readonly etag?: string } =>
  accepted.status !== 'pending' && accepted.version !== undefined ? { etag: orderVersionTag(accepted.version) } : {}

/**
 * Placing and cancelling orders over HTTP. What becomes of them is order-history's to tell.
 * @param respondBy until when an order that is placed now must be confirmed, RFC 3339
 */
export function serveOrders(
  app: Server,
  placed: Pick<Placed, 'customerOf'>,
  sendCommand: SendCommand<OrdersCommand, OrdersEvent>,
  respondBy: () => string,
): void {
  const placing = {
    headers: Type.Object({
      'idempotency-key': Type.Optional(Type.String()),
      // The gateway hashes what the customer sent, before it adds prices.
      'x-request-hash': Type.Optional(requestHash),
    }),
    body: PricedOrderRequest,
    response: { 202: OrderAccepted },
  }
  app.post('/orders', { schema: placing }, async ({ headers, body }, reply) => {
    const orderId = orderIdOf({ customerId: body.customerId, idempotencyKey: keyOf(headers['idempotency-key']) }, placed)
    label({ orderId })
    const hash = headers['x-request-hash'] ?? requestHashOf(body)
    const data = { order: toOrderSnapshot(orderId, body), requestHash: hash, respondBy: respondBy() }
    const accepted = await sendCommand({ aggregateId: orderId, command: { type: 'PlaceOrder', data } }, { correlationId: orderId })
    return reply
      .code(202)
      .headers({ location: `/orders/${orderId}`, ...versionTag(accepted) })
      .send({ orderId })
  })

  const cancelling = {
    params: Type.Object({ id: OrderId }),
    headers: Type.Object({ 'if-match': Type.Optional(Type.String()) }),
    response: { 202: OrderAccepted },
  }
  app.post('/orders/:id/cancel', { schema: cancelling }, async ({ params: { id: orderId }, headers }, reply) => {
    label({ orderId })
    const data = { orderId, reason: 'customer', detail: 'Cancelled by the customer.' } as const
    const told = { aggregateId: orderId, command: { type: 'CancelOrder', data } } as const
    const accepted = await sendCommand(told, { correlationId: orderId, expectedVersions: expectedVersions(headers['if-match']) })
    return reply.code(202).headers(versionTag(accepted)).send({ orderId })
  })
}
