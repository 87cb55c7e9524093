import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { createMeshClient } from '../../../../../../services/shared/runtime/http/mesh-client.ts'
import { createServer } from '../../../../../../services/shared/runtime/http/server.ts'
import { label } from '../../../../../../services/shared/runtime/process/trace-context.ts'
import { recordSpans } from '../recorded-spans.ts'

const closing: (() => unknown)[] = []
afterEach(() => Promise.all(closing.splice(0).map((close) => close())))

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

/** A service whose route calls another one. */
async function calling(answer: RequestListener) {
  const other = createHttpServer(answer)
  await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve))
  const mesh = createMeshClient({ outbound: `127.0.0.1:${(other.address() as AddressInfo).port}`, defaultTimeoutMs: 5000 })
  const app = createServer({ logger: pino({ level: 'silent' }), ready: () => ({ ready: true, waitingFor: [] }) })
  closing.push(
    () => mesh.close(),
    () => app.close(),
    () => other.closeAllConnections(),
    () => other.close(),
  )
  app.get('/orders/:id', async (request) => {
    label({ orderId: (request.params as { id: string }).id })
    return (await mesh.request('catalog', { method: 'GET', path: '/products?of=you' })).body
  })
  app.get('/slow', () => new Promise(() => undefined))
  return { app, url: await app.listen({ port: 0, host: '127.0.0.1' }) }
}

test('a request is a span of the caller’s trace, a call is one below it, and the called service goes on from there', async () => {
  using spans = recordSpans()
  let passedOn: string | undefined
  const { url } = await calling((request, response) => {
    passedOn = request.headers.traceparent?.toString()
    response.end('{}')
  })
  const response = await fetch(`${url}/orders/ord_1?secret=1`, { headers: { traceparent } })
  expect(await response.json()).toEqual({})
  await expect.poll(() => spans.ended().length).toBe(2)
  const [server, client] = [spans.named('GET /orders/:id'), spans.named('GET catalog')]
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  expect(server).toMatchObject({ kind: SpanKind.SERVER, parentSpanContext: { traceId, spanId: 'b7ad6b7169203331' } })
  expect(server.attributes).toEqual({
    'http.request.method': 'GET',
    'http.route': '/orders/:id',
    'url.path': '/orders/ord_1',
    'url.scheme': 'http',
    'http.response.status_code': 200,
    'breakwater.order_id': 'ord_1',
  })
  expect(client).toMatchObject({ kind: SpanKind.CLIENT, parentSpanContext: { traceId, spanId: server.spanContext().spanId } })
  expect(client.attributes).toEqual({
    'http.request.method': 'GET',
    'server.address': 'catalog',
    'url.path': '/products',
    'http.response.status_code': 200,
    'breakwater.order_id': 'ord_1',
  })
  expect(passedOn).toBe(`00-${traceId}-${client.spanContext().spanId}-01`)
  expect(response.headers.get('traceparent')).toBe(`00-${traceId}-${server.spanContext().spanId}-01`)
})

test('a failure of the other one is told in both spans, in the words of the breaker', async () => {
  using spans = recordSpans()
  const { url } = await calling((_request, response) => void response.writeHead(503, { 'x-envoy-overloaded': 'true' }).end())
  expect((await fetch(`${url}/orders/ord_1`)).status).toBe(503)
  await expect.poll(() => spans.ended().length).toBe(2)
  expect(spans.named('GET catalog').status).toEqual({ code: SpanStatusCode.ERROR, message: 'circuit-open' })
  expect(spans.named('GET catalog').attributes).toMatchObject({ 'http.response.status_code': 503, 'error.type': 'circuit-open' })
  expect(spans.named('GET /orders/:id').status).toEqual({ code: SpanStatusCode.ERROR, message: '503' })
})

test('a refusal is no failure', async () => {
  using spans = recordSpans()
  const { url } = await calling((_request, response) => void response.writeHead(404, { 'content-type': 'application/json' }).end('{}'))
  for (const path of ['/nothing/here', '/orders/ord_1']) await fetch(url + path)
  await expect.poll(() => spans.ended().length).toBe(3)
  expect(spans.ended().map(({ name, status, attributes }) => [name, status.code, attributes['http.response.status_code']])).toEqual([
    ['GET', SpanStatusCode.UNSET, 404],
    ['GET catalog', SpanStatusCode.UNSET, 404],
    ['GET /orders/:id', SpanStatusCode.UNSET, 200],
  ])
})

test('a caller who goes without an answer ends the span', async () => {
  using spans = recordSpans()
  const { url } = await calling(() => undefined)
  const { port } = new URL(url)
  const caller = connect(Number(port), '127.0.0.1')
  caller.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n')
  setTimeout(() => caller.destroy(), 100)
  await expect.poll(() => spans.ended().map(({ name, status }) => `${name} ${status.message}`)).toEqual(['GET /slow abandoned'])
})

test('probes and scrapes are not traced', async () => {
  using spans = recordSpans()
  const { app } = await calling(() => undefined)
  for (const path of ['/healthz', '/readyz?x=1', '/metrics']) await app.inject(path)
  expect(spans.ended()).toEqual([])
})
