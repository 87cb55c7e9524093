import { type AddressInfo, connect } from 'node:net'
import { pino } from 'pino'
import { Type } from 'typebox'
import { afterEach, expect, test } from 'vitest'
import type { Readiness } from '../../../../../../services/shared/runtime/http/operational-routes.ts'
import { DomainError } from '../../../../../../services/shared/runtime/http/problem.ts'
import { createServer, type Server } from '../../../../../../services/shared/runtime/http/server.ts'
import { createLogger } from '../../../../../../services/shared/runtime/process/logger.ts'
import { createMetrics } from '../../../../../../services/shared/runtime/process/metrics.ts'
import { currentWork, endOfWaiting, label, type WorkContext } from '../../../../../../services/shared/runtime/process/trace-context.ts'

const servers: Server[] = []
afterEach(() => Promise.all(servers.splice(0).map((app) => app.close())))

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const Thing = Type.Object({ n: Type.Integer({ maximum: 10 }) }, { additionalProperties: false })

function server(readiness: Readiness = { ready: true, waitingFor: [] }) {
  const lines: Record<string, unknown>[] = []
  const logger = createLogger({ service: 'toy', pod: 'toy-0', level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) })
  const app = createServer({ logger, ready: () => readiness, metrics: createMetrics({ service: 'toy', pod: 'toy-0' }) })
  servers.push(app)
  app.post(
    '/things/:id',
    { schema: { params: Type.Object({ id: Type.String() }), body: Thing } },
    async ({ body: { n }, params: { id } }) => {
      label({ orderId: id })
      if (n === 7) throw new Error('the password is swordfish')
      if (n === 8) throw new DomainError({ code: 'TOO_MANY', status: 409, title: 'Too many', detail: 'Take fewer.' })
      return { n, work: currentWork() }
    },
  )
  const post = (payload: string, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: '/things/a?x=1', payload, headers: { 'content-type': 'application/json', ...headers } })
  return { app, lines, post }
}

test.each([
  ['malformed JSON', '{', {}, 400, 'MALFORMED_JSON'],
  ['no body', '', {}, 400, 'MALFORMED_JSON'],
  ['a prototype', '{"__proto__":{},"n":1}', {}, 400, 'MALFORMED_JSON'],
  ['text for a number', '{"n":"1"}', {}, 400, 'VALIDATION_FAILED'],
  ['a property too many', '{"n":1,"z":1}', {}, 400, 'VALIDATION_FAILED'],
  ['text/plain', '{"n":1}', { 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['64 KiB and more', `{"n":${' '.repeat(70_000)}1}`, {}, 413, 'BODY_TOO_LARGE'],
  ['a broken rule', '{"n":8}', {}, 409, 'TOO_MANY'],
])('%s is answered by a problem', async (_what, payload, headers, status, code) => {
  const response = await server().post(payload, headers)
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(response.json()).toMatchObject({ type: `urn:breakwater:problem:${code}`, status, code, instance: '/things/a?x=1' })
  expect(response.statusCode).toBe(status)
  expect(response.body).not.toContain('stack')
})

test('violations say where and what', async () => {
  expect((await server().post('{"n":1000000000}')).json().errors).toEqual([{ path: '/body/n', message: 'must be <= 10' }])
})

test('the unforeseen is logged with its stack and told to nobody', async () => {
  const { post, lines } = server()
  const response = await post('{"n":7}')
  expect(response.json()).toEqual({
    type: 'urn:breakwater:problem:INTERNAL',
    title: 'Something went wrong on our side',
    status: 500,
    code: 'INTERNAL',
    instance: '/things/a?x=1',
  })
  const [line] = lines.filter(({ level }) => level === 'error')
  expect(line).toMatchObject({
    orderId: 'a',
    err: { message: 'the password is swordfish', stack: expect.stringContaining('server.test.ts') },
  })
})

test('a caller’s own mistake is no error of ours', async () => {
  const { post, lines } = server()
  await post('{"n":8}')
  expect(lines.map(({ level }) => level)).toEqual(['info'])
})

test('unknown paths are 404, unsupported methods 405 with what is allowed', async () => {
  const { app } = server()
  expect((await app.inject('/nothing')).json()).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' })
  const response = await app.inject({ method: 'DELETE', url: '/things/a?x=1' })
  expect(response.json()).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' })
  expect(response.headers.allow).toBe('POST')
  expect((await app.inject('/things/%E0%A4%A')).json()).toMatchObject({ status: 400, code: 'BAD_REQUEST' })
})

test('a request keeps its trace: in the handler behind a body that came in pieces, in the answer, in the log', async () => {
  const { app, lines } = server()
  // Over a real socket: its events are what could lose the async context, and `inject` has none.
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  lines.splice(0)
  const headers = { 'content-type': 'application/json', traceparent, 'x-request-id': 'r-1', 'x-stage': 'canary' }
  const body = new ReadableStream({
    async start(pieces) {
      pieces.enqueue(Buffer.from('{"n":'))
      await new Promise(setImmediate)
      pieces.enqueue(Buffer.from('1}'))
      pieces.close()
    },
  })
  const response = await fetch(`${url}/things/a`, { method: 'POST', headers, body, duplex: 'half' })
  const { work } = (await response.json()) as { work: WorkContext }
  expect(work).toMatchObject({
    trace: { traceId: '0af7651916cd43dd8448eb211c80319c' },
    requestId: 'r-1',
    stage: 'canary',
    labels: { orderId: 'a' },
  })
  expect(work.trace.spanId).not.toBe('b7ad6b7169203331')
  expect(response.headers.get('traceparent')).toBe(`00-${work.trace.traceId}-${work.trace.spanId}-01`)
  const line = {
    service: 'toy',
    pod: 'toy-0',
    trace_id: work.trace.traceId,
    span_id: work.trace.spanId,
    requestId: 'r-1',
    orderId: 'a',
    method: 'POST',
    path: '/things/a',
    status: 200,
  }
  expect(lines).toEqual([expect.objectContaining(line)])
})

test('without a valid trace a new one begins, a senseless request id is replaced, a senseless stage forgotten', async () => {
  const { work } = (await server().post('{"n":1}', { traceparent: 'x', 'x-request-id': `${'y'.repeat(100)}`, 'x-stage': 'a b' })).json()
  expect(work.trace.traceId).toMatch(/^[0-9a-f]{32}$/)
  expect(work.requestId).toMatch(/^[0-9a-f-]{36}$/)
  expect(work.stage).toBeUndefined()
})

test('health, readiness and metrics; none of them fills the log', async () => {
  const { app, lines } = server({ ready: false, waitingFor: ['assignment'] })
  expect((await app.inject('/healthz')).statusCode).toBe(200)
  const notReady = await app.inject('/readyz')
  expect({ status: notReady.statusCode, body: notReady.json() }).toEqual({
    status: 503,
    body: { ready: false, waitingFor: ['assignment'] },
  })
  expect((await app.inject('/metrics')).body).toContain(
    'http_server_request_duration_seconds_count{service="toy",pod="toy-0",method="GET",route="/healthz",status="200"} 1',
  )
  expect(lines).toEqual([])
})

test('while it stops it is not ready, finishes what it has, and then closes', async () => {
  const app = createServer({ logger: pino({ level: 'silent' }), ready: () => ({ ready: true, waitingFor: [] }) })
  const held = Promise.withResolvers<void>()
  const entered = Promise.withResolvers<void>()
  app.get('/slow', async () => {
    entered.resolve()
    await held.promise
    return { done: true }
  })
  let whileStopping: unknown
  // The last of the hooks before the port closes: what a load balancer sees then.
  app.addHook('preClose', async () => {
    whileStopping = (await fetch(`${origin}/readyz`)).status
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const slow = fetch(`${origin}/slow`)
  await entered.promise
  const closed = app.close()
  held.resolve()
  expect(await (await slow).json()).toEqual({ done: true })
  await closed
  expect(whileStopping).toBe(503)
  await expect(new Promise((resolve, reject) => connect(port, '127.0.0.1').on('connect', resolve).on('error', reject))).rejects.toThrow(
    'ECONNREFUSED',
  )
})

test('who waits for news is let go when the caller has gone, and when the server stops', async () => {
  const { app } = server()
  const ends: Record<string, Promise<unknown>> = {}
  const entered = { gone: Promise.withResolvers<void>(), stays: Promise.withResolvers<void>() }
  app.get('/news/:who', async ({ params }) => {
    const { who } = params as { who: 'gone' | 'stays' }
    const signal = endOfWaiting()
    ends[who] = new Promise((resolve) => signal.addEventListener('abort', resolve))
    entered[who].resolve()
    await ends[who]
    return { news: false }
  })
  app.post('/echo', async ({ body }) => ({ body, isOver: endOfWaiting().aborted }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  const origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const leaving = new AbortController()
  const gone = fetch(`${origin}/news/gone`, { signal: leaving.signal }).catch(() => 'left')
  const stays = fetch(`${origin}/news/stays`)
  await Promise.all([entered.gone.promise, entered.stays.promise])
  // A body that has been read to its end is no caller who has gone.
  const posted = await fetch(`${origin}/echo`, { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } })
  expect(await posted.json()).toEqual({ body: { a: 1 }, isOver: false })
  leaving.abort()
  expect(await gone).toBe('left')
  await ends.gone
  await app.close()
  expect(await (await stays).json()).toEqual({ news: false })
})
