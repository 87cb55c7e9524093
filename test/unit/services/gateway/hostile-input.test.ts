import { request } from 'node:http'
import type { InjectOptions } from 'fastify'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createGateway } from '../../../../services/gateway/app.ts'
import { fakeMesh, type Scripted } from './fake-mesh.ts'
import { calledBy, tools } from './test-callers.ts'

/** What nobody sends by mistake. Each test is one of the OWASP API security top ten, or of its neighbours: https://owasp.org/API-Security/ */
const orderId = 'ord_0123456789abcdefghijkl'
const order = {
  customerId: 'ada',
  lines: [{ sku: 'MUG-BLUE', quantity: 2 }],
  shipTo: { name: 'Ada', street: 'Quay 1', city: 'Bremen', postalCode: '28195', country: 'DE' },
}
const healthy: Record<string, Scripted> = {
  'catalog GET /products': { body: { products: [] } },
  'inventory GET /availability': { body: { items: [] } },
  'catalog GET /products/MUG-BLUE': { body: { sku: 'MUG-BLUE', name: 'Mug', description: '', price: 1450 } },
  'orders POST /orders': { status: 202, body: { orderId } },
}

const mesh = fakeMesh(healthy)
const app = createGateway({ mesh, logger: pino({ level: 'silent' }), authorizers: [calledBy(tools)] })
const ask = async (options: InjectOptions) => {
  mesh.sent.length = 0
  const { statusCode, headers, body } = await app.inject(options)
  return { status: statusCode, code: (JSON.parse(body || '{}') as { code?: string }).code, headers, body, sent: mesh.sent }
}
const place = (payload: unknown, headers: Record<string, string | string[]> = {}) =>
  ask({
    method: 'POST',
    url: '/v1/orders',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'key-12345', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  })

test.each<[string, object]>([
  ['a status', { ...order, status: 'paid' }],
  ['a total', { ...order, total: 1 }],
  ['an id', { ...order, orderId }],
  ['a role', { ...order, scopes: ['orders:any'] }],
  ['a price', { ...order, lines: [{ sku: 'MUG-BLUE', quantity: 2, unitPrice: 1 }] }],
  ['a price in other letters', { ...order, lines: [{ sku: 'MUG-BLUE', quantity: 2, UnitPrice: 1 }] }],
  ['something of the address', { ...order, shipTo: { ...order.shipTo, verified: true } }],
])('mass assignment: %s that nobody asked for is refused, not passed on', async (_what, body) => {
  expect(await place(body)).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', sent: [] })
})

test.each([
  ['__proto__', '{', '{"__proto__":{"admin":true},'],
  ['a constructor', '{', '{"constructor":{"prototype":{"admin":true}},'],
  ['a __proto__ further down', '"shipTo":{', '"shipTo":{"__proto__":{"admin":true},'],
  ['a __proto__ in other letters', '{', '{"\\u005f_proto__":{"admin":true},'],
])('a prototype is not changed by %s', async (_what, begin, changed) => {
  const { status, sent } = await place(JSON.stringify(order).replace(begin, changed))
  expect([status, sent]).toEqual([400, []])
  expect({}).not.toHaveProperty('admin')
})

test.each<[string, string]>([
  ['lists', '['.repeat(30_000)],
  ['whole lists', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
  ['objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  [
    'lists where lines are',
    JSON.stringify(order)
      .replace('[{', `${'['.repeat(25_000)}{`)
      .replace('}]', `}${']'.repeat(25_000)}`),
  ],
  ['objects where the address is', JSON.stringify(order).replace('"Ada"', `${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`)],
])('a body of nested %s is refused at once', async (_what, body) => {
  const begun = performance.now()
  expect(await place(body)).toMatchObject({ status: 400, sent: [] })
  expect(performance.now() - begun).toBeLessThan(5000)
})

test('a body that is too large is refused', async () => {
  expect(await place(' '.repeat(65_536 + 1))).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE', sent: [] })
})

test('unrestricted consumption: lists, pages and lines are bounded', async () => {
  expect(await place({ ...order, lines: Array.from({ length: 21 }, (_, i) => ({ sku: `S-${i}`, quantity: 1 })) })).toMatchObject({
    status: 400,
    sent: [],
  })
  for (const url of ['/v1/customers/ada/orders?limit=101', '/v1/customers/ada/orders?limit=1e9', '/v1/operations/stuck?limit=100000'])
    expect(await ask({ url }), url).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', sent: [] })
})

test.each([
  '/v1/products/%0d%0aset-cookie:%20a=b',
  '/v1/products/%0aHTTP/1.1%20200%20OK',
  '/v1/orders/%0d%0alocation:%20http:%2f%2fevil.example',
  '/%0d%0aset-cookie:%20a=b',
  '/v1/products?%0d%0aset-cookie:%20a=b',
])('header injection: nothing of the address %s becomes a header', async (url) => {
  const { headers, status } = await ask({ url })
  expect(status === 200 || (status >= 400 && status < 500)).toBe(true)
  expect(headers).not.toHaveProperty('set-cookie')
  expect(Object.values(headers).join()).not.toMatch(/[\r\n]|evil/)
})

test.each(['x-request-id', 'traceparent', 'x-stage', 'prefer', 'origin', 'idempotency-key', 'if-match', 'user-agent'])(
  'header injection: nothing odd in %s is sent on or back',
  async (name) => {
    for (const value of ['a\u0001b', 'a%0d%0aset-cookie: x', '\u00e9\u00ff', 'x'.repeat(5000), '<script>']) {
      const { headers, status, sent } = await place(order, { [name]: value })
      expect(status).toBeLessThan(500)
      for (const one of [headers, ...sent.map((request) => request.headers ?? {})])
        expect(Object.values(one).join(), value).not.toContain(value)
    }
  },
)

test('a path is what it says: none is another one', async () => {
  // As a client sends it that puts nothing in order.
  const listening = createGateway({ mesh, logger: pino({ level: 'silent' }), authorizers: [calledBy(tools)] })
  const address = new URL(await listening.listen({ port: 0, host: '127.0.0.1' }))
  const statusOf = (path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const sent = request({ host: address.hostname, port: address.port, path, agent: false }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.on('error', reject).end()
    })
  mesh.sent.length = 0
  const paths = {
    '/v1/%2e%2e/v1/products': 404,
    '/v1/../v1/products': 404,
    '/v1/./products': 404,
    '/v1/..%2fproducts': 404,
    '/v1//products': 404,
    '//v1/products': 404,
    '/v1/products;/../orders': 404,
    '/V1/PRODUCTS': 404,
    '/v1/products%00': 404,
    '/v1/products%': 400,
    '/v1/operations%2fstock': 404,
  }
  const answered = await Promise.all(Object.keys(paths).map(async (path) => [path, await statusOf(path)]))
  await listening.close()
  expect(Object.fromEntries(answered)).toEqual(paths)
  expect(mesh.sent).toEqual([])
})

test('a path written otherwise is the same route, with the same rules', async () => {
  const { status } = await ask({ url: '/%76%31/products' })
  expect(status).toBe(200)
})

test('headers that change methods and addresses elsewhere change nothing here', async () => {
  const odd = {
    'x-http-method-override': 'DELETE',
    'x-original-url': '/v1/operations/stock',
    'x-rewrite-url': '/v1/operations/stock',
    'x-forwarded-prefix': '/v2',
    'x-forwarded-host': 'evil.example',
  }
  const { status, sent, body } = await ask({ url: '/v1/products', headers: odd })
  expect([status, sent.map(({ service, path }) => `${service} ${path}`).sort()]).toEqual([
    200,
    ['catalog /products', 'inventory /availability'],
  ])
  expect(body).not.toContain('evil')
})

test('a header that comes twice is not one of the two', async () => {
  expect(await place(order, { 'idempotency-key': ['key-12345', 'key-54321'] })).toMatchObject({
    status: 400,
    code: 'IDEMPOTENCY_KEY_INVALID',
    sent: [],
  })
})

test('an answer names no software, and a failure nothing of the code', async () => {
  const broken = createGateway({
    mesh: { request: () => Promise.reject(new Error('secret at /srv/app.ts:1')), close: async () => undefined },
    logger: pino({ level: 'silent' }),
  })
  const { headers, body, statusCode } = await broken.inject({ url: '/v1/products/MUG-BLUE' })
  expect(statusCode).toBeGreaterThanOrEqual(500)
  expect(`${body}${JSON.stringify(headers)}`).not.toMatch(/secret|\.ts|fastify|node|x-powered-by|"server"/i)
})
