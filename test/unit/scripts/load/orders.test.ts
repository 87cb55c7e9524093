import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type OrderLoad, runOrderLoad } from '../../../../scripts/load/orders.ts'
import { loadReportText } from '../../../../scripts/load/report-text.ts'
import { command } from '../../../command.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A gateway of which a test says how it takes orders and what it tells of them. */
async function gateway(post: Answer, get: Answer): Promise<Pick<OrderLoad, 'gatewayUrl'>> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => (request.method === 'POST' ? post : get)(request, response))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { gatewayUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const load = { concurrency: 2, seed: 'test', acceptWithinMs: 10_000, endWithinMs: 10_000 }
const idOf = (key: string) => `ord_${key.padEnd(22, 'x')}`
const json = (response: ServerResponse, status: number, body: object) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
const accept: Answer = (request, response) => void json(response, 202, { orderId: idOf(String(request.headers['idempotency-key'])) })
const order = (request: IncomingMessage, status: string, part: object = {}) => ({
  orderId: request.url?.split('/').at(-1),
  status,
  timeline: [],
  ...part,
})
const confirm: Answer = (request, response) =>
  void json(
    response,
    200,
    order(request, 'confirmed', { timeline: [{ time: new Date().toISOString(), type: 'orders.OrderConfirmed', text: '' }] }),
  )

test('accounts for every accepted order', async () => {
  const endings = ['confirmed', 'cancelled', 'placed']
  const { gatewayUrl } = await gateway(accept, (request, response) => {
    const turn = Number(request.url?.match(/-(\d+)x/)?.[1])
    if (endings[turn] === 'confirmed') confirm(request, response)
    else
      json(
        response,
        200,
        order(
          request,
          endings[turn] ?? 'placed',
          endings[turn] === 'cancelled' ? { cancellation: { reason: 'out-of-stock', detail: '' } } : {},
        ),
      )
  })
  const report = await runOrderLoad({ ...load, gatewayUrl, count: 3, endWithinMs: 1_000 })
  expect(report).toMatchObject({ sent: 3, accepted: 3, confirmed: 1, cancelled: { 'out-of-stock': 1 }, givenUp: 0, retries: 0 })
  expect(report.lost).toEqual([idOf('load-test-2')])
  expect(report.orders).toHaveLength(3)
  expect(loadReportText(report)).toContain('1 out-of-stock')
})

test("orders of an earlier load under the same seed are not counted as this one's speed", async () => {
  const before = { timeline: [{ time: '2026-01-01T00:00:00.000Z', type: 'orders.OrderConfirmed', text: '' }] }
  const { gatewayUrl } = await gateway(accept, (request, response) => {
    if (/-0x/.test(request.url ?? '')) json(response, 200, order(request, 'confirmed', before))
    else confirm(request, response)
  })
  const all = await runOrderLoad({ ...load, gatewayUrl, count: 1 })
  expect(all).toMatchObject({ confirmed: 1, repeated: 1, confirmation: {}, confirmedPerSecond: 0 })
  expect(loadReportText(all)).toMatch(/confirmed +1\nrepeated +1 of them/)
  const some = await runOrderLoad({ ...load, gatewayUrl, count: 4 })
  expect(some).toMatchObject({ confirmed: 4, repeated: 1 })
  expect(some.confirmation.p50Ms).toBeGreaterThanOrEqual(0)
  expect(some.confirmedPerSecond).toBeLessThan(3_001)
})

test('network errors and 5xx are tried again under the same key', async () => {
  const keys: string[] = []
  const { gatewayUrl } = await gateway((request, response) => {
    keys.push(String(request.headers['idempotency-key']))
    if (keys.length === 1) request.socket.destroy()
    else if (keys.length === 2) json(response, 503, { code: 'UPSTREAM_UNAVAILABLE' })
    else accept(request, response)
  }, confirm)
  const report = await runOrderLoad({ ...load, gatewayUrl, count: 1 })
  expect(keys).toEqual(['load-test-0', 'load-test-0', 'load-test-0'])
  expect(report).toMatchObject({ accepted: 1, confirmed: 1, retries: 2, lost: [] })
})

test('a 4xx is final and counted by its code', async () => {
  const { gatewayUrl } = await gateway((_, response) => void json(response, 422, { code: 'SKU_UNKNOWN' }), confirm)
  expect(await runOrderLoad({ ...load, gatewayUrl, count: 2 })).toMatchObject({
    accepted: 0,
    rejected: { SKU_UNKNOWN: 2 },
    retries: 0,
    confirmation: {},
  })
})

test('an order that nobody answers is given up at its deadline', async () => {
  const { gatewayUrl } = await gateway((_, response) => void json(response, 503, {}), confirm)
  const report = await runOrderLoad({ ...load, gatewayUrl, count: 1, acceptWithinMs: 200 })
  expect(report).toMatchObject({ accepted: 0, givenUp: 1 })
  expect(report.retries).toBeGreaterThan(0)
})

test('a rate spreads the starts', async () => {
  const starts: number[] = []
  const { gatewayUrl } = await gateway((request, response) => {
    starts.push(performance.now())
    accept(request, response)
  }, confirm)
  const began = performance.now()
  await runOrderLoad({ ...load, gatewayUrl, count: 4, ratePerSecond: 20, concurrency: 4 })
  // A slow machine can only make it longer; timers may be a millisecond early.
  expect(Math.max(...starts) - began).toBeGreaterThan(148)
})

test('an interruption ends the load', async () => {
  const interruption = new AbortController()
  const { gatewayUrl } = await gateway(accept, (request, response) => {
    interruption.abort(new Error('Ctrl-C'))
    json(response, 200, order(request, 'placed'))
  })
  await expect(runOrderLoad({ ...load, gatewayUrl, count: 1, signal: interruption.signal })).rejects.toThrow()
})

test('nobody who answers: said at once in one line, exit code 2', { timeout: 30_000 }, async () => {
  const { gatewayUrl } = await gateway(accept, confirm)
  closing.splice(0).forEach((close) => {
    close()
  })
  const child = spawn(process.execPath, ['scripts/breakwater.ts', 'load', '--url', gatewayUrl, '--count', '1'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const run = command(child)
  expect(await run.end()).toBe(2)
  expect(run.said()).toMatch(/^nobody answers at http:\/\/127\.0\.0\.1:\d+ \(.*ECONNREFUSED.*\n$/)
})
