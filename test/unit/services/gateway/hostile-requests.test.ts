import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGateway } from '../../../../services/gateway/app.ts'
import { maxBodyDepth } from '../../../../services/shared/contracts/request-limits.ts'
import { fakeMesh } from './fake-mesh.ts'
import { calledBy, tools } from './test-callers.ts'

/** Nobody behind it may be asked: the mesh has no answers, and what it is asked is remembered. */
const mesh = fakeMesh({})
const app = createGateway({ mesh, logger: pino({ level: 'silent' }), authorizers: [calledBy(tools)] })
beforeAll(() => app.listen({ port: 0, host: '127.0.0.1' }))
afterAll(() => app.close())

/** Status and code of what comes back for bytes as they are. */
async function send(lines: readonly string[], body = ''): Promise<string> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
  const answer = await text(socket)
  return `${/^HTTP\/1.1 (\d+)/.exec(answer)?.[1]} ${/"code":"(\w+)"/.exec(answer)?.[1]}`
}
const head = (target: string, ...headers: string[]) => [`GET ${target} HTTP/1.1`, 'host: shop', 'connection: close', ...headers]
const post = (body: string, ...headers: string[]) =>
  send(
    [
      'POST /v1/orders HTTP/1.1',
      'host: shop',
      'connection: close',
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      ...headers,
    ],
    body,
  )

test.each([
  ['/v1/products/%2e%2e/operations/stock', '404 ROUTE_NOT_FOUND'],
  ['/v1/products/%2e%2e', '400 VALIDATION_FAILED'],
  ['/v1/products/..', '400 VALIDATION_FAILED'],
  ['/v1/customers/..%2foperations%2fstock', '400 VALIDATION_FAILED'],
  ['/v1/customers/%252e%252e', '400 VALIDATION_FAILED'],
  ['//v1/products', '404 ROUTE_NOT_FOUND'],
  ['/v1//products', '404 ROUTE_NOT_FOUND'],
  ['/v1/orders//cancel', '405 METHOD_NOT_ALLOWED'],
  ['/docs/..%2f..%2fpackage.json', '404 ROUTE_NOT_FOUND'],
  ['/docs/%2e%2e/%2e%2e/package.json', '404 ROUTE_NOT_FOUND'],
  ['/V1/products', '404 ROUTE_NOT_FOUND'],
  ['/v3/products', '404 ROUTE_NOT_FOUND'],
  ['/v1/products/%zz', '400 BAD_REQUEST'],
  ['/v1/products/%c0%af', '400 BAD_REQUEST'],
])('GET %s is %s, and nobody is asked', async (target, expected) => {
  expect(await send(head(target))).toBe(expected)
  expect(mesh.sent).toEqual([])
})

test.each(['PUT', 'DELETE', 'PATCH', 'QUERY'])('%s of a path that has other methods is 405 and says which', async (method) => {
  const answer = await app.inject({ method: method as 'PUT', url: '/v2/orders' })
  expect([answer.statusCode, answer.json().code, answer.headers.allow]).toEqual([405, 'METHOD_NOT_ALLOWED', 'POST'])
})

test.each([
  ['two lengths', ['content-length: 5', 'content-length: 6']],
  ['a length and chunks', ['content-length: 5', 'transfer-encoding: chunked']],
  ['chunks that are not the last coding', ['transfer-encoding: chunked, gzip']],
  ['chunks, spelt oddly', ['transfer-encoding: xchunked']],
  ['a header that goes on in the next line', ['x-a: b', ' c: d']],
  ['a blank before the colon', ['content-length : 5']],
])('%s: the request is not read, nor what comes after it', async (_what, headers) => {
  const smuggled = 'GET /v1/operations/stock HTTP/1.1\r\nhost: shop\r\n\r\n'
  expect(await send(['POST /v1/orders HTTP/1.1', 'host: shop', ...headers], `0\r\n\r\n${smuggled}`)).toBe('400 BAD_REQUEST')
  expect(mesh.sent).toEqual([])
})

test('an Idempotency-Key that is there twice is none', async () => {
  const body = JSON.stringify({
    customerId: 'ada',
    lines: [{ sku: 'MUG-BLUE', quantity: 1 }],
    shipTo: { name: 'Ada', street: 'Quay 1', city: 'Bremen', postalCode: '28195', country: 'DE' },
  })
  expect(await post(body, 'idempotency-key: key-12345', 'idempotency-key: key-67890')).toBe('400 IDEMPOTENCY_KEY_INVALID')
  expect(mesh.sent).toEqual([])
})

test('a body is nested only so deeply, whatever is in its texts', async () => {
  const nested = (levels: number) => `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`
  expect(await post(nested(maxBodyDepth))).toBe('400 VALIDATION_FAILED')
  expect(await post(nested(maxBodyDepth + 2))).toBe('400 BODY_TOO_DEEP')
  expect(await post('['.repeat(60_000))).toBe('400 BODY_TOO_DEEP')
  expect(await post(JSON.stringify({ a: '["{\\"'.repeat(100) }))).toBe('400 VALIDATION_FAILED')
  expect(await post(`{"a":"${'\\"['.repeat(15_000)}`)).toBe('400 MALFORMED_JSON')
  expect(mesh.sent).toEqual([])
})

test('what nobody may set is refused, not passed over', async () => {
  for (const extra of [{ status: 'paid' }, { total: 1 }, { orderId: 'ord_0123456789abcdefghijkl' }, { constructor: {} }]) {
    const body = { customerId: 'ada', lines: [{ sku: 'MUG-BLUE', quantity: 1 }], shipTo: {}, ...extra }
    expect(await post(JSON.stringify(body), 'idempotency-key: key-12345')).toBe('400 VALIDATION_FAILED')
  }
  expect(mesh.sent).toEqual([])
})
