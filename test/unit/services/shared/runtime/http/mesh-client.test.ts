import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Type } from 'typebox'
import { afterEach, expect, test } from 'vitest'
import { createMeshClient, type MeshClient } from '../../../../../../services/shared/runtime/http/mesh-client.ts'
import { createMetrics } from '../../../../../../services/shared/runtime/process/metrics.ts'
import { runInContext } from '../../../../../../services/shared/runtime/process/trace-context.ts'

const closing: (() => unknown)[] = []
afterEach(() => Promise.all(closing.splice(0).map((close) => close())))

/** A client whose sidecar is this server. */
async function meshOf(
  sidecar: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
  metrics = createMetrics({ service: 'toy', pod: '0' }),
): Promise<MeshClient> {
  const server = createServer((request, response) => void sidecar(request, response)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const mesh = createMeshClient({ outbound: `127.0.0.1:${(server.address() as AddressInfo).port}`, defaultTimeoutMs: 5000, metrics })
  closing.push(
    () => mesh.close(),
    () => server.closeAllConnections(),
    () => server.close(),
  )
  return mesh
}

const answering = (status: number, headers: Record<string, string>, body: string) =>
  meshOf((_request, response) => void response.writeHead(status, headers).end(body))
const json = { 'content-type': 'application/json' }
const get = { method: 'GET', path: '/things/1' } as const

test('a call goes to the sidecar, for the service by name, in the trace of the work at hand', async () => {
  let seen: { url?: string; headers?: IncomingMessage['headers']; body?: string } = {}
  const mesh = await meshOf(async (request, response) => {
    const chunks = await request.toArray()
    seen = { url: `${request.method} ${request.url}`, headers: request.headers, body: Buffer.concat(chunks).toString() }
    response.writeHead(201, json).end('{"n":1}')
  })
  const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true }
  const answer = await runInContext({ trace, requestId: 'r-1', stage: 'canary', labels: {} }, () =>
    mesh.request('catalog', {
      method: 'POST',
      path: '/things?x=1',
      headers: { 'x-more': 'y' },
      body: { a: 1 },
      schema: Type.Object({ n: Type.Integer() }),
    }),
  )
  expect(answer).toMatchObject({ ok: true, status: 201, body: { n: 1 } })
  expect(seen).toMatchObject({ url: 'POST /things?x=1', body: '{"a":1}' })
  expect(seen.headers).toMatchObject({
    host: 'catalog',
    'x-request-id': 'r-1',
    'x-stage': 'canary',
    'x-more': 'y',
    'content-type': 'application/json',
  })
  expect(seen.headers?.traceparent).toMatch(new RegExp(`^00-${'a'.repeat(32)}-(?!${'b'.repeat(16)})[0-9a-f]{16}-01$`))
})

test('a refusal is an answer', async () => {
  const mesh = await answering(404, { 'content-type': 'application/problem+json' }, '{"code":"PRODUCT_UNKNOWN"}')
  expect(await mesh.request('catalog', get)).toMatchObject({ ok: false, status: 404, body: { code: 'PRODUCT_UNKNOWN' } })
})

test.each([
  [
    'a full connection pool',
    503,
    { 'x-envoy-overloaded': 'true' },
    'upstream connect error or disconnect/reset before headers. reset reason: overflow',
    'circuit-open',
  ],
  ['all hosts ejected', 503, {}, 'no healthy upstream', 'no-healthy-upstream'],
  [
    'a refused connection',
    503,
    {},
    'upstream connect error or disconnect/reset before headers. reset reason: remote connection failure',
    'unreachable',
  ],
  ['a timeout of the mesh', 504, {}, 'upstream request timeout', 'timeout'],
  ['an error of the service', 500, json, '{"code":"INTERNAL"}', 'error'],
  ['its own 503', 503, json, '{"code":"UPSTREAM_UNAVAILABLE"}', 'error'],
  ['no route in the mesh', 404, {}, '', 'error'],
  ['a body that is not JSON', 200, json, '{', 'error'],
  ['a body that does not fit', 200, json, '{"n":"one"}', 'error'],
])('%s is told apart', async (_what, status, headers, body, reason) => {
  const mesh = await answering(status, headers as Record<string, string>, body)
  const call = mesh.request('catalog', { ...get, schema: Type.Object({ n: Type.Integer() }) })
  await expect(call).rejects.toMatchObject({ name: 'UpstreamUnavailable', service: 'catalog', reason, upstreamStatus: status, status: 503 })
})

test('when to come back is what the service says, or in a second', async () => {
  const busy = (headers: Record<string, string>) =>
    answering(503, { ...json, ...headers }, '{}').then((mesh) => mesh.request('catalog', get))
  await expect(busy({ 'retry-after': '30' })).rejects.toMatchObject({ status: 503, headers: { 'retry-after': '30' } })
  await expect(busy({})).rejects.toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
})

test('no answer in time is a timeout, and it is not tried again', async () => {
  let calls = 0
  const mesh = await meshOf(() => void calls++)
  await expect(mesh.request('catalog', { ...get, timeoutMs: 50 })).rejects.toMatchObject({ reason: 'timeout' })
  expect(calls).toBe(1)
})

test('an answer that never ends is a timeout as well', async () => {
  const mesh = await meshOf((_request, response) => void response.writeHead(200, json).write('{'))
  await expect(mesh.request('catalog', { ...get, timeoutMs: 50 })).rejects.toMatchObject({ reason: 'timeout' })
})

test('a sidecar that is not there is unreachable', async () => {
  const mesh = createMeshClient({ outbound: '127.0.0.1:1', defaultTimeoutMs: 10_000 })
  closing.push(() => mesh.close())
  await expect(mesh.request('catalog', get)).rejects.toMatchObject({ reason: 'unreachable', service: 'catalog' })
})

test('an answer beyond all measure is broken', async () => {
  const mesh = await answering(200, json, `"${'x'.repeat(5 * 1024 * 1024)}"`)
  await expect(mesh.request('catalog', { ...get, timeoutMs: 5000 })).rejects.toMatchObject({ reason: 'error' })
})

test('calls are measured by outcome', async () => {
  const metrics = createMetrics({ service: 'toy', pod: '0' })
  const mesh = await meshOf((_request, response) => void response.writeHead(503).end('no healthy upstream'), metrics)
  await expect(mesh.request('catalog', get)).rejects.toThrow('no-healthy-upstream')
  expect(await metrics.metrics()).toContain(
    'http_client_request_duration_seconds_count{service="toy",pod="0",upstream="catalog",outcome="no-healthy-upstream"} 1',
  )
})

test.each([413, 414, 431])('%i without JSON is about what the caller sent, not about the service', async (status) => {
  const mesh = await answering(status, { 'content-type': 'text/html' }, 'too large')
  await expect(mesh.request('catalog', get)).rejects.toMatchObject({ status: 400, code: 'BAD_REQUEST' })
})

test('a caller who has gone takes along what he wanted to read, and nothing that he has done', async () => {
  const arrived: Record<string, PromiseWithResolvers<void>> = { GET: Promise.withResolvers(), POST: Promise.withResolvers() }
  const held: (() => void)[] = []
  const mesh = await meshOf((request, response) => {
    held.push(() => void response.writeHead(200, json).end('{}'))
    arrived[request.method ?? '']?.resolve()
  })
  const gone = new AbortController()
  const calls = runInContext(
    { trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true }, labels: {}, abandoned: gone.signal },
    () => (['GET', 'POST'] as const).map((method) => mesh.request('catalog', { method, path: '/', timeoutMs: 60_000 })),
  )
  const [read, written] = calls
  await Promise.all([arrived.GET?.promise, arrived.POST?.promise])
  gone.abort()
  await expect(read).rejects.toMatchObject({ reason: 'abandoned' })
  for (const answer of held) answer()
  expect(await written).toMatchObject({ ok: true, status: 200 })
})
