import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { loseAnswer } from '../../../../../../scripts/experiments/shop/retry-safety/lose-answer.ts'

const open: Server[] = []
const received: { key: unknown; body: string }[] = []

async function gateway(answersAfterMs: number, status = 202): Promise<string> {
  const server = createServer(async (request, response) => {
    received.push({ key: request.headers['idempotency-key'], body: await text(request).catch(() => 'cut') })
    setTimeout(() => response.writeHead(status).end('{"orderId":"ord_1"}'), answersAfterMs)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push(server)
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

afterEach(() => {
  received.length = 0
  for (const server of open.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

const address = { name: 'A', street: 'B', city: 'C', postalCode: '1', country: 'DE' }
const order = { idempotencyKey: 'k-1', request: { customerId: 'me', lines: [{ sku: 'MUG-BLUE', quantity: 1 }], shipTo: address } }

test('the order arrives whole, whether its answer is waited for or not', async () => {
  expect(await loseAnswer(order, await gateway(1), 'answered')).toBe(true)
  expect(await loseAnswer(order, await gateway(60_000), 'sent')).toBe(true)
  await expect
    .poll(() => received)
    .toEqual([
      { key: 'k-1', body: JSON.stringify(order.request) },
      { key: 'k-1', body: JSON.stringify(order.request) },
    ])
})

test('an order that was refused, and one that nobody took, lost no answer', async () => {
  expect(await loseAnswer(order, await gateway(1, 503), 'answered')).toBe(false)
  expect(await loseAnswer(order, 'http://127.0.0.1:1', 'answered')).toBe(false)
})
