import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createGateway } from '../../../../services/gateway/app.ts'
import { requestHash } from '../../../../services/gateway/handlers/request-hash.ts'
import { fakeMesh, refusal, type Scripted } from './fake-mesh.ts'
import { calledBy, tools } from './test-callers.ts'

const orderId = 'ord_0123456789abcdefghijkl'
const shipTo = { name: 'Ada', street: 'Quay 1', city: 'Bremen', postalCode: '28195', country: 'DE' }
const order = { customerId: 'ada', lines: [{ sku: 'MUG-BLUE', quantity: 2 }], shipTo }
const product = (sku: string, price: number): Scripted => ({ body: { sku, name: sku, description: '', price } })
const healthy: Record<string, Scripted> = {
  'catalog GET /products/MUG-BLUE': product('MUG-BLUE', 1450),
  'catalog GET /products/NOTHING': refusal(404, 'PRODUCT_UNKNOWN'),
  'orders POST /orders': { status: 202, body: { orderId } },
  [`orders POST /orders/${orderId}/cancel`]: { status: 202, body: { orderId } },
}

const gateway = (changes: Record<string, Scripted> = {}) => {
  const mesh = fakeMesh({ ...healthy, ...changes })
  return { mesh, app: createGateway({ mesh, logger: pino({ level: 'silent' }), authorizers: [calledBy(tools)] }) }
}

const post = async (
  body: unknown,
  headers: Record<string, string> = { 'idempotency-key': 'key-12345' },
  changes: Record<string, Scripted> = {},
) => {
  const { mesh, app } = gateway(changes)
  const payload = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await app.inject({
    method: 'POST',
    url: '/v1/orders',
    payload,
    headers: { 'content-type': 'application/json', ...headers },
  })
  return { status: response.statusCode, headers: response.headers, body: response.json(), text: response.body, sent: mesh.sent }
}

test('an order is priced by catalog, handed to orders and accepted', async () => {
  const { status, headers, body, sent } = await post(order)
  expect({ status, location: headers.location, body }).toEqual({ status: 202, location: `/v1/orders/${orderId}`, body: { orderId } })
  expect(sent.at(-1)).toMatchObject({
    service: 'orders',
    headers: { 'idempotency-key': 'key-12345', 'x-request-hash': requestHash(order) },
    body: { ...order, lines: [{ sku: 'MUG-BLUE', quantity: 2, unitPrice: 1450 }] },
  })
})

test('a retry after a price change is the same wish', async () => {
  const [first, again] = [await post(order), await post(order, undefined, { 'catalog GET /products/MUG-BLUE': product('MUG-BLUE', 9999) })]
  const hash = ({ sent }: typeof first) => sent.at(-1)?.headers?.['x-request-hash']
  expect(hash(again)).toBe(hash(first))
  expect(requestHash({ ...order, customerId: 'bob' })).not.toBe(hash(first))
})

test('the order of properties is no part of the wish', () => {
  expect(requestHash({ a: 1, b: { c: 2, d: 3 } })).toBe(requestHash({ b: { d: 3, c: 2 }, a: 1 }))
  expect(requestHash({ a: [1, 2] })).not.toBe(requestHash({ a: [2, 1] }))
})

const withQuantity = (quantity: unknown) => ({ ...order, lines: [{ sku: 'MUG-BLUE', quantity }] })
const tooLong = { ...order, lines: Array.from({ length: 21 }, () => ({ sku: 'MUG-BLUE', quantity: 1 })) }
const key = { 'idempotency-key': 'key-12345' }
const sentTo = (change: Record<string, string>) => ({ ...order, shipTo: { ...shipTo, ...change } })
test.each([
  ['malformed JSON', '{"customerId":', key, 400, 'MALFORMED_JSON'],
  ['an empty body', '', key, 400, 'MALFORMED_JSON'],
  ['a JSON prototype attack', '{"__proto__":{"x":1}}', key, 400, 'MALFORMED_JSON'],
  ['quantity 0', withQuantity(0), key, 400, 'VALIDATION_FAILED'],
  ['quantity 10^9', withQuantity(1e9), key, 400, 'VALIDATION_FAILED'],
  ['a quantity that is text', withQuantity('2'), key, 400, 'VALIDATION_FAILED'],
  ['a price of the customer’s own', { ...order, lines: [{ sku: 'MUG-BLUE', quantity: 1, unitPrice: 1 }] }, key, 400, 'VALIDATION_FAILED'],
  ['a name with a NUL', sentTo({ name: 'A\0da' }), key, 400, 'VALIDATION_FAILED'],
  ['a name of blanks', sentTo({ name: ' \u00a0\u2003' }), key, 400, 'VALIDATION_FAILED'],
  ['a street with a line end', sentTo({ street: 'Quay 1\nQuay 2' }), key, 400, 'VALIDATION_FAILED'],
  ['half a surrogate pair', sentTo({ city: 'Bremen \ud83d' }), key, 400, 'VALIDATION_FAILED'],
  ['the other half', sentTo({ postalCode: '\ude00' }), key, 400, 'VALIDATION_FAILED'],
  ['a surrogate pair the wrong way round', sentTo({ city: '\ude00\ud83d' }), key, 400, 'VALIDATION_FAILED'],
  ['no lines', { ...order, lines: [] }, key, 400, 'VALIDATION_FAILED'],
  ['21 lines', tooLong, key, 400, 'VALIDATION_FAILED'],
  ['a body of 10 MB', `{"customerId":"${'a'.repeat(10_000_000)}"}`, key, 413, 'BODY_TOO_LARGE'],
  ['XML', '<order/>', { ...key, 'content-type': 'application/xml' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['text', JSON.stringify(order), { ...key, 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['no Idempotency-Key', order, {}, 400, 'IDEMPOTENCY_KEY_REQUIRED'],
  ['a garbage Idempotency-Key', order, { 'idempotency-key': '💥' }, 400, 'IDEMPOTENCY_KEY_INVALID'],
  ['a short Idempotency-Key', order, { 'idempotency-key': 'short' }, 400, 'IDEMPOTENCY_KEY_INVALID'],
  ['an unknown SKU', { ...order, lines: [{ sku: 'NOTHING', quantity: 1 }] }, key, 422, 'SKU_UNKNOWN'],
])('%s is refused and nothing is written', async (_what, body, headers, status, code) => {
  const answer = await post(body, headers)
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code })
  expect(answer.headers['content-type']).toContain('application/problem+json')
  expect(answer.text).not.toMatch(/node_modules|\.ts:|at .*\(/)
  expect(answer.sent.filter(({ service }) => service === 'orders')).toEqual([])
})

test('a refusal says which line', async () => {
  const { body } = await post({ ...order, lines: [...order.lines, { sku: 'NOTHING', quantity: 1 }] })
  expect(body.errors).toEqual([{ path: '/body/lines/1/sku', message: 'NOTHING is not for sale' }])
})

test.each([
  ['IDEMPOTENCY_KEY_REUSED', 409],
  ['SKU_REPEATED', 422],
])('%s of orders passes through', async (code, status) => {
  const answer = await post(order, key, { 'orders POST /orders': refusal(status, code) })
  expect(answer.status).toBe(status)
  expect(answer.body).toMatchObject({ code, status, title: 'No.', detail: 'Because.', instance: '/v1/orders' })
})

test.each([
  ['catalog', { 'catalog GET /products/MUG-BLUE': { unavailable: 'circuit-open' } }],
  ['orders', { 'orders POST /orders': { unavailable: 'no-healthy-upstream' } }],
  ['orders (an answer that is no problem)', { 'orders POST /orders': { status: 404, body: { message: 'no route' } } }],
] as const)('without %s no order is taken', async (_what, changes) => {
  const { status, headers, body } = await post(order, key, changes)
  expect({ status, code: body.code, retryAfter: headers['retry-after'] }).toEqual({
    status: 503,
    code: 'UPSTREAM_UNAVAILABLE',
    retryAfter: '1',
  })
})

test('cancelling is accepted, refused or unknown as orders says', async () => {
  const url = `/v1/orders/${orderId}/cancel`
  const accepted = await gateway().app.inject({ method: 'POST', url })
  expect({ status: accepted.statusCode, body: accepted.json() }).toEqual({ status: 202, body: { orderId } })
  for (const [status, code] of [
    [404, 'ORDER_UNKNOWN'],
    [409, 'ORDER_ALREADY_SHIPPED'],
  ] as const) {
    const { app } = gateway({ [`orders POST /orders/${orderId}/cancel`]: refusal(status, code) })
    const refused = await app.inject({ method: 'POST', url })
    expect({ status: refused.statusCode, code: refused.json().code }).toEqual({ status, code })
  }
})

test('an unknown order is 404, an id that can be none is 400', async () => {
  const { app } = gateway({ [`order-history GET /orders/${orderId}`]: refusal(404, 'ORDER_UNKNOWN') })
  expect((await app.inject(`/v1/orders/${orderId}`)).json()).toMatchObject({ status: 404, code: 'ORDER_UNKNOWN' })
  expect((await app.inject('/v1/orders/42')).json()).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' })
})

test('the version of what was changed is told, and what one has seen may be a condition', async () => {
  const changes: Record<string, Scripted> = {
    'orders POST /orders': { status: 202, body: { orderId }, headers: { etag: '"1"', server: 'envoy' } },
    [`orders POST /orders/${orderId}/cancel`]: { status: 202, body: { orderId }, headers: { etag: '"5"' } },
  }
  const placed = await post(order, key, changes)
  expect(placed.headers).toMatchObject({ etag: '"1"', location: `/v1/orders/${orderId}` })
  expect(placed.headers.server).toBeUndefined()
  const { app, mesh } = gateway(changes)
  const cancelled = await app.inject({ method: 'POST', url: `/v1/orders/${orderId}/cancel`, headers: { 'if-match': '"4.9"' } })
  expect(cancelled.headers.etag).toBe('"5"')
  expect(mesh.sent.at(-1)?.headers).toEqual({ 'if-match': '"4.9"' })
})

test('reading an order passes conditions and preferences on, and waits as long as it was asked to', async () => {
  const headers = { etag: '"1.1"', 'preference-applied': 'wait=5', 'version-awaited': '"3"' }
  const { app, mesh } = gateway({ [`order-history GET /orders/${orderId}`]: { status: 304, body: undefined, headers } })
  const given = { prefer: 'wait=5', 'if-none-match': '"3"' }
  const answer = await app.inject({ url: `/v1/orders/${orderId}`, headers: given })
  expect({ status: answer.statusCode, body: answer.body }).toEqual({ status: 304, body: '' })
  expect(answer.headers).toMatchObject(headers)
  expect(mesh.sent.at(-1)).toMatchObject({ headers: given, timeoutMs: 6500 })
})

test('an order’s past, its workflow and the shop’s operations are asked of order-history', async () => {
  const answers: Record<string, Scripted> = {
    [`order-history GET /orders/${orderId}?at=3`]: refusal(404, 'ORDER_NOT_YET'),
    [`order-history GET /orders/${orderId}/workflow`]: refusal(404, 'ORDER_UNKNOWN'),
    'order-history GET /customers/ada': refusal(404, 'CUSTOMER_UNKNOWN'),
    'order-history GET /operations/stuck?waited-ms=60000&limit=50': { body: { asOf: '2026-01-01T00:00:00Z', total: 0, orders: [] } },
    'order-history GET /operations/stock': { body: { items: [] } },
    'order-history GET /operations/revenue?from=2026-01-01': { body: { days: [] } },
  }
  const { app } = gateway(answers)
  const get = async (path: string) => (await app.inject(path)).json()
  expect(await get(`/v1/orders/${orderId}?at=3`)).toMatchObject({ status: 404, code: 'ORDER_NOT_YET' })
  expect(await get(`/v1/orders/${orderId}/workflow`)).toMatchObject({ status: 404, code: 'ORDER_UNKNOWN' })
  expect(await get('/v1/customers/ada')).toMatchObject({ status: 404, code: 'CUSTOMER_UNKNOWN' })
  expect(await get('/v1/operations/stuck')).toMatchObject({ total: 0 })
  expect(await get('/v1/operations/stock')).toEqual({ items: [] })
  expect(await get('/v1/operations/revenue?from=2026-01-01')).toEqual({ days: [] })
  expect(await get('/v1/operations/rebuilds')).toMatchObject({ status: 404 })
})

test('orders of a customer come in pages', async () => {
  const list = { orders: [], next: 'abc' }
  const { app } = gateway({
    'order-history GET /customers/ada/orders?limit=20': { body: list },
    'order-history GET /customers/ada/orders?limit=5&after=abc': { body: list },
  })
  expect((await app.inject('/v1/customers/ada/orders')).json()).toEqual(list)
  expect((await app.inject('/v1/customers/ada/orders?limit=5&after=abc')).statusCode).toBe(200)
  expect((await app.inject('/v1/customers/ada/orders?limit=1000')).json()).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' })
})

test.each(['Ada', 'Зоя', '李', 'O’Neill-Müller', 'Ada 🚢', ' x ', '𠮷野'])('a name that people have is taken: %s', async (name) => {
  expect((await post({ ...order, shipTo: { ...shipTo, name } })).status).toBe(202)
})

test('when to come back is for the service to say', async () => {
  const busy: Scripted = { ...refusal(429, 'TOO_MANY_ORDERS'), headers: { 'retry-after': '17' } }
  const { status, headers, body } = await post(order, undefined, { 'orders POST /orders': busy })
  expect([status, body.code, headers['retry-after']]).toEqual([429, 'TOO_MANY_ORDERS', '17'])
})
