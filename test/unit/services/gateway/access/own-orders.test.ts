import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createGateway } from '../../../../../services/gateway/app.ts'
import { gatewayErrors } from '../../../../../services/gateway/errors.ts'
import { orderHistoryErrors } from '../../../../../services/order-history/errors.ts'
import { fakeMesh, refusal, type Scripted } from '../fake-mesh.ts'
import { calledBy, customer, tools } from '../test-callers.ts'

const own = 'ord_0123456789abcdefghijkl'
const others = 'ord_abcdefghijkl0123456789'
const unknown = 'ord_nobodyPlacedThisOrder1'
const shipTo = { name: 'Ada', street: 'Quay 1', city: 'Bremen', postalCode: '28195', country: 'DE' }
const time = '2026-03-01T10:00:00.000Z'
const order = (orderId: string, customerId: string): Scripted => ({
  body: { orderId, customerId, status: 'placed', version: 1, total: 0, placedAt: time, updatedAt: time, lines: [], shipTo, timeline: [] },
  headers: { etag: '"1.1"' },
})
const noOrder = (orderId: string): Scripted => {
  const { status, title } = orderHistoryErrors.ORDER_UNKNOWN
  const code = 'ORDER_UNKNOWN'
  return { status, body: { type: `urn:breakwater:problem:${code}`, title, status, code, detail: `There is no order ${orderId}.` } }
}
const healthy: Record<string, Scripted> = {
  'catalog GET /products/MUG-BLUE': { body: { sku: 'MUG-BLUE', name: 'Mug', description: '', price: 1450 } },
  'orders POST /orders': { status: 202, body: { orderId: own } },
  [`orders POST /orders/${own}/cancel`]: { status: 202, body: { orderId: own } },
  [`order-history GET /orders/${own}`]: order(own, 'alice'),
  [`order-history GET /orders/${others}`]: order(others, 'bob'),
  [`order-history GET /orders/${others}?at=7`]: refusal(404, 'ORDER_NOT_YET'),
  [`order-history GET /orders/${unknown}`]: noOrder(unknown),
}

const ask = async (caller: typeof tools, method: 'GET' | 'POST', url: string, changes: Record<string, Scripted> = {}, body?: object) => {
  const mesh = fakeMesh({ ...healthy, ...changes })
  const app = createGateway({ mesh, logger: pino({ level: 'silent' }), authorizers: [calledBy(caller)] })
  const headers = { 'idempotency-key': 'key-12345', 'if-none-match': '"1.1"' }
  const response = await app.inject({ method, url, headers, ...(body && { payload: body }) })
  return {
    status: response.statusCode,
    body: response.body === '' ? undefined : response.json(),
    headers: response.headers,
    sent: mesh.sent,
  }
}
const alice = customer('alice')

test.each([
  ['an order', 'GET', ''],
  ['an order as it was', 'GET', '?at=7'],
  ['how an order goes on', 'GET', '/workflow'],
  ['cancelling', 'POST', '/cancel'],
] as const)('%s of another customer is answered like one that there is not', async (_what, method, rest) => {
  const [forbidden, missing] = await Promise.all(
    [others, unknown].map((id) =>
      ask(alice, method, `/v1/orders/${id}${rest}`, { [`order-history GET /orders/${unknown}?at=7`]: noOrder(unknown) }),
    ),
  )
  const same = (answer: typeof forbidden) =>
    JSON.stringify([answer?.status, answer?.body, answer?.headers.etag]).replaceAll(/ord_\w{22}/g, 'ord')
  expect(forbidden).toMatchObject({ status: 404, body: { code: 'ORDER_UNKNOWN' } })
  expect(same(forbidden)).toBe(same(missing))
  expect(forbidden?.sent.filter(({ service }) => service === 'orders')).toEqual([])
})

test('that a page has not changed is not told of another’s order either', async () => {
  const unchanged = { [`order-history GET /orders/${others}`]: { status: 304, body: undefined, headers: { etag: '"1.1"' } } }
  const { sent } = await ask(alice, 'GET', `/v1/orders/${others}`, unchanged)
  expect(sent.map(({ headers }) => headers)).toEqual([{ 'if-none-match': '"1.1"' }, undefined])
})

test('customers reach what is theirs, and tools what is anybody’s', async () => {
  for (const caller of [alice, tools]) {
    expect((await ask(caller, 'GET', `/v1/orders/${own}`)).status).toBe(200)
    expect((await ask(caller, 'POST', `/v1/orders/${own}/cancel`)).status).toBe(202)
  }
  expect((await ask(tools, 'GET', `/v1/orders/${others}`)).status).toBe(200)
})

const wish = (customerId: string) => ({ customerId, lines: [{ sku: 'MUG-BLUE', quantity: 2 }], shipTo })
test('an order for another customer is refused, and nothing is written', async () => {
  const { status, body, sent } = await ask(alice, 'POST', '/v1/orders', {}, wish('bob'))
  expect({ status, code: body.code, sent }).toEqual({ status: 403, code: 'FORBIDDEN', sent: [] })
  expect((await ask(alice, 'POST', '/v1/orders', {}, wish('alice'))).status).toBe(202)
  expect((await ask(tools, 'POST', '/v1/orders', {}, wish('bob'))).status).toBe(202)
})

test.each(['/v1/customers/bob', '/v1/customers/bob/orders'])('%s is bob’s', async (url) => {
  expect(await ask(alice, 'GET', url)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' }, sent: [] })
})

test.each(['/v1/operations/stuck', '/v1/operations/in-flight-limit'])('%s is not for customers', async (url) => {
  expect(await ask(alice, 'GET', url)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' }, sent: [] })
})

test('whose an order is that was just placed is known before the read model knows it', async () => {
  const mesh = fakeMesh({ ...healthy, [`order-history GET /orders/${own}`]: noOrder(own) })
  const app = createGateway({ mesh, logger: pino({ level: 'silent' }), authorizers: [calledBy(alice)] })
  await app.inject({ method: 'POST', url: '/v1/orders', headers: { 'idempotency-key': 'key-12345' }, payload: wish('alice') })
  expect((await app.inject({ method: 'POST', url: `/v1/orders/${own}/cancel` })).statusCode).toBe(202)
})

test('the gateway says it in the words of the read model', () => {
  expect(gatewayErrors.ORDER_UNKNOWN).toEqual(orderHistoryErrors.ORDER_UNKNOWN)
})
