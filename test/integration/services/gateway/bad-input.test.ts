import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { catalogErrors } from '../../../../services/catalog/errors.ts'
import { problemCodes } from '../../../../services/gateway/api/documented-route.ts'
import { versions } from '../../../../services/gateway/api/versions.ts'
import { gatewayErrors } from '../../../../services/gateway/errors.ts'
import { orderHistoryErrors } from '../../../../services/order-history/errors.ts'
import { ordersErrors } from '../../../../services/orders/errors.ts'
import { commonProblems } from '../../../../services/shared/runtime/http/problem.ts'
import { orderId } from '../../../unit/order-snapshots.ts'
import { gatewayAndServices, token } from './gateway-and-services.ts'

/** Whatever a customer sends, nobody answers 5xx, because five of those in a row eject a replica for all customers. */
let shop: Awaited<ReturnType<typeof gatewayAndServices>>
beforeAll(async () => {
  shop = await gatewayAndServices()
}, 60_000)
afterAll(() => shop.close())

const routes = versions.flatMap(({ name, routes }) =>
  routes.map((row) => ({ row, method: row.method as 'GET' | 'POST', path: `/${name}${row.path}` })),
)
/** What is no fault of a route: what was sent for one may be none. */
const ofNoRoute = ['ROUTE_NOT_FOUND', 'METHOD_NOT_ALLOWED', 'BAD_REQUEST']

const codes = new Set([commonProblems, gatewayErrors, catalogErrors, ordersErrors, orderHistoryErrors].flatMap(Object.keys))
codes.add('VERSION_CONFLICT')

const page = (placedAt: string, behind = '') => Buffer.from(`${placedAt} ${orderId('1')}${behind}`).toString('base64url')
const instants = ['0000-01-01', '9999-12-31', '2026-02-30', '-0001-01-01', '+275760-09-13', '0000-01-01T00:00:00Z', '9999-12-31T23:59:60Z']
const nasty = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-1',
    '1e999',
    'NaN',
    'null',
    '*',
    "' OR 1=1 --",
    '\u0000',
    '\ud800',
    '\u202e',
    '../../etc/passwd',
    '%00',
    '%',
  ),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '[]',
    '{}',
    '999999999999999999999',
    '2147483648',
    'W/"1"',
    '"1"',
    '"1","2"',
    'wait=999999999',
  ),
  fc.constantFrom('MUG-BLUE', 'ada', orderId('1'), 'key-12345', 'application/json', 'gzip', 'a'.repeat(200), 'x'.repeat(3000)),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.string({ unit: 'grapheme', maxLength: 50 }),
)
/** As it may stand in a path or a query: encoded, encoded twice, or bytes that are no UTF-8. */
const encoded = fc.oneof(
  nasty.map((text) => encodeURIComponent(text.toWellFormed())),
  nasty.map((text) => encodeURIComponent(encodeURIComponent(text.toWellFormed()))),
  fc.uint8Array({ minLength: 1, maxLength: 8 }).map((bytes) => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')),
)
const cursors = [...instants.map((time) => page(time)), page('2026-01-01T00:00:00Z', ' more'), page('infinity'), page('now')]
const counts = ['0', '-1', '1.5', '1e3', '101', '2147483648', '999999999999999999999', 'NaN']
/** The parameters that routes know, with values that come near to what they take. */
const parameters: Readonly<Record<string, readonly string[]>> = {
  '/v1/operations/revenue?from': instants,
  '/v1/operations/revenue?to': instants,
  '/v1/operations/stuck?waited-ms': counts,
  '/v1/operations/stuck?limit': counts,
  '/v1/customers/:id/orders?after': cursors,
  '/v1/customers/:id/orders?limit': counts,
  '/v1/orders/:id?at': [...instants, ...counts],
}
const queryOf = (path: string): fc.Arbitrary<string> => {
  const known = Object.entries(parameters).flatMap(([name, values]) => {
    const [of, own = ''] = name.split('?')
    return of === path
      ? [fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...values).map(encodeURIComponent) }, encoded).map((value) => `${own}=${value}`)]
      : []
  })
  const unknown = fc.tuple(fc.constantFrom('sku', '__proto__', 'x', ''), encoded).map(([name, value]) => `${name}=${value}`)
  return fc.array(fc.oneof(...known, unknown), { maxLength: 3 }).map((pairs) => pairs.join('&'))
}
const headerNames = ['if-match', 'if-none-match', 'prefer', 'idempotency-key', 'traceparent', 'x-request-id', 'x-stage', 'content-encoding']
const headers = fc.dictionary(
  fc.constantFrom(...headerNames, 'content-type', 'accept', 'x-request-hash'),
  // What a header can hold at all; anything else the HTTP parser refuses.
  nasty.map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '')),
  { maxKeys: 3 },
)

const order = {
  customerId: 'ada',
  lines: [{ sku: 'MUG-BLUE', quantity: 1 }],
  shipTo: { name: 'Ada', street: 'Quay 1', city: 'Bremen', postalCode: '28195', country: 'DE' },
}
const numbers = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -0, 1000, 1001, 1e21, Number.MAX_SAFE_INTEGER))
const odd = fc.oneof(nasty, numbers, fc.jsonValue(), fc.constantFrom(null, true, [], {}, [[]], { sku: 'MUG-BLUE' }))
const changed = fc.oneof(
  fc.tuple(fc.constantFrom(...Object.keys(order), 'x'), odd).map(([name, value]) => ({ ...order, [name]: value })),
  fc
    .tuple(fc.constantFrom(...Object.keys(order.shipTo), 'x'), odd)
    .map(([name, value]) => ({ ...order, shipTo: { ...order.shipTo, [name]: value } })),
  fc
    .array(fc.record({ sku: fc.oneof(fc.constant('MUG-BLUE'), odd), quantity: fc.oneof(fc.constant(1), odd) }), { maxLength: 25 })
    .map((lines) => ({ ...order, lines })),
)
const bodies = fc.oneof(
  fc.constant(JSON.stringify(order)),
  changed.map((body) => JSON.stringify(body)),
  fc.json(),
  nasty,
  fc.constantFrom(
    '',
    '{',
    '['.repeat(30_000),
    `${'['.repeat(5000)}${']'.repeat(5000)}`,
    '{"__proto__":{}}',
    '\ufeff{}',
    '"\\ud800"',
    'x'.repeat(70_000),
  ),
)

interface BadRequest {
  /** The codes that the document of the API says may come back. */
  readonly documented?: readonly string[]
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Record<string, string>
  readonly payload?: string
}

const requests: fc.Arbitrary<BadRequest> = fc
  .constantFrom(...routes)
  .chain((route) =>
    fc.record({
      route: fc.constant(route),
      query: queryOf(route.path.replace(/^\/v\d+/, '/v1')),
      part: encoded,
      isNice: fc.boolean(),
      headers,
      body: bodies,
      hasKey: fc.boolean(),
    }),
  )
  .map(({ route: { row, method, path }, part, isNice, query, headers, body, hasKey }) => {
    const nice = path.includes('orders/:id') ? orderId('1') : path.includes('customers') ? 'ada' : 'MUG-BLUE'
    const url = `${path.replace(/:\w+/, isNice ? nice : part)}${query && `?${query}`}`
    const usual = { 'content-type': 'application/json', ...(hasKey && { 'idempotency-key': 'key-12345' }) }
    const documented = [...ofNoRoute, ...Object.values(problemCodes(row)).flat()]
    return { documented, method, url, ...(method === 'POST' ? { headers: { ...usual, ...headers }, payload: body } : { headers }) }
  })

/** A good order, and what once ejected order-history for everybody. */
const examples: readonly BadRequest[] = [
  {
    method: 'POST',
    url: '/v1/orders',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'key-00000' },
    payload: JSON.stringify(order),
  },
  { method: 'GET', url: '/v1/operations/revenue?from=0000-01-01', headers: {} },
  { method: 'GET', url: '/v1/operations/revenue?to=0000-01-01', headers: {} },
  { method: 'GET', url: `/v1/customers/ada/orders?after=${page('0000-01-01T00:00:00Z')}`, headers: {} },
]

test('the routes are found', () => {
  expect(routes.map(({ method, path }) => `${method} ${path}`)).toEqual(
    expect.arrayContaining(['GET /v1/products/:sku', 'POST /v1/orders', 'POST /v1/orders/:id/cancel', 'GET /v1/operations/revenue']),
  )
  expect(routes.length).toBeGreaterThanOrEqual(11)
})

test('whatever a customer sends, nobody answers 5xx, and every refusal is a problem with a code that is known', async () => {
  const seen = new Map<number, number>()
  await fc.assert(
    fc.asyncProperty(requests, async ({ documented, ...request }) => {
      const { statusCode, headers, body } = await shop.gateway.inject({
        ...request,
        headers: { authorization: `Bearer ${token}`, ...request.headers },
      })
      seen.set(statusCode, (seen.get(statusCode) ?? 0) + 1)
      expect(shop.failures.splice(0)).toEqual([])
      expect(statusCode, body).toBeLessThan(500)
      if (statusCode < 400) return
      expect(headers['content-type']).toBe('application/problem+json; charset=utf-8')
      const { status, code } = JSON.parse(body) as { status: number; code: string }
      expect(status).toBe(statusCode)
      expect(documented ?? [...codes], code).toContain(code)
      expect(codes, code).toContain(code)
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 400), examples: examples.map((request): [BadRequest] => [request]) },
  )
  // Not all of it is refused at the door: the services behind are reached, too.
  expect([...seen.keys()]).toEqual(expect.arrayContaining([200, 202, 400, 404]))
}, 120_000)
