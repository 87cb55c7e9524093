import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { freePorts } from '../../../../scripts/local/processes/free-ports.ts'
import { type Receiver, receiveOtlp } from '../../../../scripts/telemetry/otlp/receiver.ts'
import type { Span } from '../../../../scripts/telemetry/store/records.ts'
import { call } from './call.ts'
import { localManifests } from './local-manifests.ts'
import { type Sidecar, startSidecar, until } from './sidecar.ts'
import { startUpstream } from './upstream.ts'

const manifests = localManifests()
const tracingTo = (port: number, samplingPercent = 100) => ({ endpoint: `http://127.0.0.1:${port}`, samplingPercent })
const closing: (() => unknown)[] = []
afterEach(() => Promise.all(closing.splice(0).map((close) => close())))

/** A collector, and all spans that it has taken. */
async function collector(): Promise<{ readonly port: number; spans(): readonly Span[] }> {
  const receiver: Receiver = await receiveOtlp({ port: 0, now: Date.now })
  closing.push(() => receiver.close())
  const all: Span[] = []
  return {
    port: receiver.port,
    spans: () => {
      all.push(...receiver.take().spans)
      return all
    },
  }
}

/** A caller's proxy before a destination's. */
async function proxies(
  destination: string,
  appPort: number,
  collectorPort: number,
  samplingPercent?: number,
): Promise<AsyncDisposable & { caller: Sidecar }> {
  const tracing = tracingTo(collectorPort, samplingPercent)
  const inbound = await startSidecar({ workload: destination, nodeId: `${destination}-0`, manifests, instances: [], appPort, tracing })
  const instances = [{ workload: destination, replica: 0, host: '127.0.0.1', inboundPort: inbound.inboundPort }]
  const caller = await startSidecar({ workload: 'probe', nodeId: 'probe-0', manifests, instances, tracing })
  return {
    caller,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([caller[Symbol.asyncDispose](), inbound[Symbol.asyncDispose]()])
    },
  }
}

/** The real httpbin, whose code knows nothing of traces. */
async function startHttpbin(): Promise<number> {
  const [port = 0, control = 0] = await freePorts(2)
  const main = fileURLToPath(new URL('../../../../services/httpbin/main.ts', import.meta.url))
  const env = { ...process.env, PORT: String(port), HOST: '127.0.0.1', CONTROL_PORT: String(control), LOG_LEVEL: 'silent' }
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  closing.push(async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  await until(async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok === true, 'httpbin is ready', 30_000)
  return port
}

test('a workload without telemetry code shows in a trace by the sidecars alone', async () => {
  const { port, spans } = await collector()
  const app = await startHttpbin()
  await using mesh = await proxies('httpbin', app, port)
  expect((await call(mesh.caller.outboundPort, 'httpbin', '/status/200', { 'x-request-id': 'not-a-uuid' })).status).toBe(200)
  await until(async () => spans().length === 3, 'three spans', 20_000)

  const [request, attempt, arrival] = [
    'egress httpbin',
    /^router outbound\|80\|\|httpbin/,
    'httpbin.breakwater.svc.cluster.local:80/*',
  ].map((name) => spans().find((span) => (typeof name === 'string' ? span.name === name : name.test(span.name))))
  expect(request).toMatchObject({
    service: 'probe',
    instance: 'probe-0',
    attributes: { 'breakwater.proxy': 'outbound', 'http.status_code': '200' },
  })
  expect(request).not.toHaveProperty('parentSpanId')
  expect(attempt).toMatchObject({
    service: 'probe',
    instance: 'probe-0',
    kind: 'client',
    parentSpanId: request?.spanId,
    traceId: request?.traceId,
  })
  expect(arrival).toMatchObject({
    service: 'httpbin',
    instance: 'httpbin-0',
    kind: 'server',
    parentSpanId: attempt?.spanId,
    traceId: request?.traceId,
    attributes: { 'breakwater.proxy': 'inbound', 'guid:x-request-id': 'not-a-uuid' },
  })
})

test('proxies go on in the trace that a request brings, keep what it keeps, and pass it on', async () => {
  const { port, spans } = await collector()
  await using app = await startUpstream((_, response) => void response.end())
  await using mesh = await proxies('catalog', app.port, port)
  const [kept, left] = ['a'.repeat(32), 'b'.repeat(32)]
  await call(mesh.caller.outboundPort, 'catalog', '/', { traceparent: `00-${left}-${'1'.repeat(16)}-00` })
  await call(mesh.caller.outboundPort, 'catalog', '/', { traceparent: `00-${kept}-${'2'.repeat(16)}-01` })
  await until(async () => spans().length === 3, 'three spans', 20_000)
  expect(new Set(spans().map(({ traceId }) => traceId))).toEqual(new Set([kept]))
  expect(spans().find(({ name }) => name === 'egress catalog')?.parentSpanId).toBe('2'.repeat(16))
  const arrival = spans().find(({ service }) => service === 'catalog')
  expect(app.seen.map(({ headers }) => headers.traceparent)).toEqual([
    expect.stringMatching(new RegExp(`^00-${left}-[0-9a-f]{16}-00$`)),
    `00-${kept}-${arrival?.spanId}-01`,
  ])
})

test('with a share of 0 no trace begins here, and callees know', async () => {
  const { port, spans } = await collector()
  await using app = await startUpstream((_, response) => void response.end())
  await using mesh = await proxies('catalog', app.port, port, 0)
  const own = `00-${'a'.repeat(32)}-${'2'.repeat(16)}-01`
  for (const headers of [{}, { traceparent: own }]) await call(mesh.caller.outboundPort, 'catalog', '/', headers)
  await until(async () => spans().length === 3, 'three spans', 20_000)
  expect(new Set(spans().map(({ traceId }) => traceId))).toEqual(new Set(['a'.repeat(32)]))
  expect(app.seen[0]?.headers.traceparent).toMatch(/-00$/)
})

test('each attempt is a span, with the host and why it failed', async () => {
  const { port, spans } = await collector()
  const [closed = 0] = await freePorts(1)
  await using app = await startUpstream((_, response) => void response.end())
  const instances = [closed, app.port].map((inboundPort, replica) => ({ workload: 'catalog', replica, host: '127.0.0.1', inboundPort }))
  await using caller = await startSidecar({ workload: 'gateway', nodeId: 'gateway-0', manifests, instances, tracing: tracingTo(port) })
  const attempts = () => spans().filter(({ name }) => name.startsWith('router '))
  const isFailed = ({ attributes }: Span) => attributes.error === 'true'
  const atTheClosedPort = async (): Promise<boolean> => {
    await call(caller.outboundPort, 'catalog', '/products')
    return attempts().some(isFailed)
  }
  await until(atTheClosedPort, 'an attempt at the closed port', 30_000)
  const failed = attempts().find(isFailed)
  expect(failed?.attributes).toMatchObject({ upstream_address: `127.0.0.1:${closed}`, response_flags: 'UF' })
  const ofTheSame = () => attempts().filter(({ parentSpanId }) => parentSpanId === failed?.parentSpanId)
  await until(async () => ofTheSame().length === 2, 'the second attempt', 10_000)
  expect(ofTheSame().map(({ attributes }) => attributes.upstream_address)).toContain(`127.0.0.1:${app.port}`)
})

test('a collector that is away fails no request', async () => {
  const [nobody = 0] = await freePorts(1)
  await using app = await startUpstream((_, response) => void response.end())
  await using mesh = await proxies('catalog', app.port, nobody)
  for (let requests = 0; requests < 50; requests += 1) expect((await call(mesh.caller.outboundPort, 'catalog')).status).toBe(200)
})
