import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { createGateway } from '../../../../services/gateway/app.ts'
import { createMeshClient } from '../../../../services/shared/runtime/http/mesh-client.ts'
import { calledBy, tools } from './test-callers.ts'

const orderId = 'ord_0123456789abcdefghijkl'
const time = '2026-03-01T10:00:00.000Z'
const shipTo = { name: 'Ada', street: 'Quay 1', city: 'Bremen', postalCode: '28195', country: 'DE' }
const order = {
  orderId,
  customerId: 'ada',
  status: 'placed',
  version: 1,
  total: 0,
  placedAt: time,
  updatedAt: time,
  lines: [],
  shipTo,
  timeline: [],
}

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const listening = async (server: ReturnType<typeof createServer>): Promise<number> => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

/** A gateway on a port, and an order-history that keeps those who are ready to wait waiting, and answers the others at once. */
async function shop() {
  const waiting: { readonly request: IncomingMessage; readonly response: ServerResponse; isClosed: boolean }[] = []
  const upstream = createServer((request, response) => {
    if (request.headers.prefer === undefined) {
      response.writeHead(200, { 'content-type': 'application/json', etag: '"1.1"' }).end(JSON.stringify(order))
      return
    }
    const one = { request, response, isClosed: false }
    waiting.push(one)
    response.once('close', () => {
      one.isClosed = true
    })
  })
  const mesh = createMeshClient({ outbound: `127.0.0.1:${await listening(upstream)}`, defaultTimeoutMs: 5000 })
  const app = createGateway({ mesh, logger: pino({ level: 'silent' }), authorizers: [calledBy(tools)] })
  await app.listen({ port: 0, host: '127.0.0.1' })
  closing.push(
    () => upstream.closeAllConnections(),
    () => upstream.close(),
    () => mesh.close(),
    () => app.close(),
  )
  const ask = (signal?: AbortSignal) =>
    fetch(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/v1/orders/${orderId}`, {
      headers: { prefer: 'wait=8', 'if-none-match': '"2.1"' },
      ...(signal && { signal }),
    })
  return { app, ask, waiting }
}

test('when its client leaves, the gateway leaves order-history', async () => {
  const { ask, waiting } = await shop()
  const leaving = new AbortController()
  const asked = ask(leaving.signal).catch(() => 'left')
  await vi.waitFor(() => expect(waiting).toHaveLength(1))
  expect(waiting[0]?.isClosed).toBe(false)
  leaving.abort()
  expect(await asked).toBe('left')
  await vi.waitFor(() => expect(waiting[0]?.isClosed).toBe(true))
})

test('when the gateway stops, who waits gets what there is, at once', async () => {
  const { app, ask, waiting } = await shop()
  const asked = ask()
  await vi.waitFor(() => expect(waiting).toHaveLength(1))
  const started = performance.now()
  await app.close()
  expect(performance.now() - started).toBeLessThan(4000)
  const answer = await asked
  expect({ status: answer.status, tag: answer.headers.get('etag'), body: await answer.json() }).toEqual({
    status: 200,
    tag: '"1.1"',
    body: order,
  })
})
