import { Type } from 'typebox'
import { Availability, AvailabilityList } from '../shared/contracts/api/inventory.ts'
import { IdempotencyKey } from '../shared/contracts/api/orders.ts'
import { Sku } from '../shared/contracts/values.ts'
import type { SendCommand } from '../shared/runtime/http/send-command.ts'
import type { Server } from '../shared/runtime/http/server.ts'
import { type InventoryCommand, inventoryCommands } from './decider/commands.ts'
import type { InventoryEvent } from './decider/evolve.ts'
import type { Stock } from './projections.ts'

const { quantity } = inventoryCommands.ReceiveStock.properties
const oneSku = Type.Object({ sku: Sku })
const someSkus = Type.Object({ sku: Type.Optional(Type.Union([Sku, Type.Array(Sku, { maxItems: 100 })])) })

/** Availability and receipts over HTTP. */
export function serveStock(app: Server, stock: Stock, sendCommand: SendCommand<InventoryCommand, InventoryEvent>): void {
  app.get('/availability', { schema: { querystring: someSkus, response: { 200: AvailabilityList } } }, ({ query: { sku } }) => ({
    items: sku === undefined ? [...stock.list()] : [sku].flat().map(stock.get),
  }))

  app.get('/availability/:sku', { schema: { params: oneSku, response: { 200: Availability } } }, ({ params: { sku } }) => stock.get(sku))

  const receipt = {
    params: oneSku,
    headers: Type.Object({ 'idempotency-key': IdempotencyKey }),
    body: Type.Object({ quantity }, { additionalProperties: false }),
  }
  app.post('/stock/:sku/receipts', { schema: receipt }, async ({ params: { sku }, headers, body }, reply) => {
    const data = { sku, quantity: body.quantity, receiptId: headers['idempotency-key'] }
    const { status } = await sendCommand({ aggregateId: sku, command: { type: 'ReceiveStock', data } })
    return reply.code(status === 'pending' ? 202 : 204).send()
  })
}
