import { Type } from 'typebox'
import { Quote, Shipment } from '../shared/contracts/api/shipping.ts'
import { OrderId, Sku } from '../shared/contracts/values.ts'
import { problems } from '../shared/runtime/http/problem.ts'
import type { SendCommand } from '../shared/runtime/http/send-command.ts'
import type { Server } from '../shared/runtime/http/server.ts'
import type { ShippingCommand } from './decider/commands.ts'
import type { ShippingEvent } from './decider/evolve.ts'
import { quote } from './decider/quote.ts'
import { shippingErrors } from './errors.ts'
import type { Shipments } from './projections.ts'

const problem = problems(shippingErrors)
const params = Type.Object({ orderId: OrderId })

/** Quotes, and shipments for the warehouse, over HTTP. */
export function serveShipments(app: Server, shipments: Shipments, sendCommand: SendCommand<ShippingCommand, ShippingEvent>): void {
  app.get('/quotes/:sku', { schema: { params: Type.Object({ sku: Sku }), response: { 200: Quote } } }, ({ params: { sku } }) => quote(sku))

  app.get('/shipments/:orderId', { schema: { params, response: { 200: Shipment } } }, ({ params: { orderId } }) => {
    const shipment = shipments.get(orderId)
    if (!shipment) throw problem('SHIPMENT_UNKNOWN', `No shipment is booked for ${orderId}.`)
    return shipment
  })

  app.post('/shipments/:orderId/dispatch', { schema: { params } }, async ({ params: { orderId } }, reply) => {
    const { status } = await sendCommand(
      { aggregateId: orderId, command: { type: 'DispatchParcel', data: { orderId } } },
      { correlationId: orderId },
    )
    return reply.code(status === 'pending' ? 202 : 204).send()
  })
}
