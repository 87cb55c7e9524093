import type { ServerResponse } from 'node:http'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createGateway } from '../../../../services/gateway/app.ts'
import { createMeshClient } from '../../../../services/shared/runtime/http/mesh-client.ts'
import { createMetrics } from '../../../../services/shared/runtime/process/metrics.ts'
import { calledBy, tools } from '../../../unit/services/gateway/test-callers.ts'
import { localManifests } from '../../mesh/envoy/local-manifests.ts'
import { startSidecar, until } from '../../mesh/envoy/sidecar.ts'
import { startUpstream } from '../../mesh/envoy/upstream.ts'

const mug = { sku: 'MUG-BLUE', name: 'Harbour mug', description: 'Stoneware.', price: 1450 }
const quote = { sku: 'MUG-BLUE', price: 490, days: 2 }
const stock = { sku: 'MUG-BLUE', available: 7, reserved: 0, sold: 0, received: 7 }
const json = (response: ServerResponse, body: unknown) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))

type Pool = { readonly http: { readonly http1MaxPendingRequests: number }; readonly tcp: { readonly maxConnections: number } }
type Manifest = { readonly kind: string; readonly metadata: { readonly name: string }; readonly spec: { readonly trafficPolicy?: object } }

/** The policy as it is shipped, but with another pool for inventory. */
const withPool = (connectionPool: Pool): unknown[] =>
  (localManifests() as Manifest[]).map((manifest) =>
    manifest.kind === 'DestinationRule' && manifest.metadata.name === 'inventory'
      ? { ...manifest, spec: { ...manifest.spec, trafficPolicy: { ...manifest.spec.trafficPolicy, connectionPool } } }
      : manifest,
  )

/** A gateway behind a real Envoy; catalog and shipping are well, inventory does what the test says. */
async function shop(inventory: (response: ServerResponse) => void, manifests: readonly unknown[] = localManifests()) {
  const stack = new AsyncDisposableStack()
  const catalog = stack.use(await startUpstream((_, response) => json(response, mug)))
  const shipping = stack.use(await startUpstream((_, response) => json(response, quote)))
  const stocks = stack.use(await startUpstream((_, response) => inventory(response)))
  const instances = Object.entries({ catalog, shipping, inventory: stocks }).map(([workload, { port }]) => ({
    workload,
    replica: 0,
    host: '127.0.0.1',
    inboundPort: port,
  }))
  const sidecar = stack.use(await startSidecar({ workload: 'gateway', manifests, instances }))
  const metrics = createMetrics({ service: 'gateway', pod: 'test' })
  const mesh = createMeshClient({ outbound: `127.0.0.1:${sidecar.outboundPort}`, defaultTimeoutMs: 5000, metrics })
  stack.defer(() => mesh.close())
  const app = createGateway({ mesh, logger: pino({ level: 'silent' }), authorizers: [calledBy(tools)], metrics })
  const leftOut = async () => {
    const { values } = (await metrics.getSingleMetric('gateway_parts_left_out_total')?.get()) ?? { values: [] }
    return Object.fromEntries(values.map(({ labels, value }) => [`${labels.part} ${labels.reason}`, value]))
  }
  return {
    page: async () => (await app.inject('/v1/products/MUG-BLUE')).json(),
    leftOut,
    stocks,
    sidecar,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const complete = { ...mug, availability: { available: 7 }, quote: { price: 490, days: 2 }, degraded: [] }
const withoutStock = { ...mug, quote: { price: 490, days: 2 }, degraded: ['availability'] }

test('all well: the page is complete', async () => {
  await using running = await shop((response) => json(response, stock))
  expect(await running.page()).toEqual(complete)
  expect(await running.leftOut()).toEqual({})
})

test('a service that fails is left out, then ejected: from then on nobody asks it, and the page still comes', async () => {
  await using running = await shop((response) => void response.writeHead(500).end())
  await until(async () => {
    expect(await running.page()).toEqual(withoutStock)
    return 'availability no-healthy-upstream' in (await running.leftOut())
  }, 'inventory is ejected')
  const asked = running.stocks.seen.length
  expect(await running.page()).toEqual(withoutStock)
  expect(running.stocks.seen.length).toBe(asked)
  expect(await running.leftOut()).toMatchObject({ 'availability error': expect.any(Number), 'availability no-healthy-upstream': 2 })
})

test('a full connection pool is an open breaker', async () => {
  const held: ServerResponse[] = []
  const tight = withPool({ tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 } })
  await using running = await shop((response) => void held.push(response), tight)
  const first = running.page()
  await until(async () => held.length === 1, 'the only connection is taken')
  const second = running.page()
  const pending = 'cluster.outbound|80||inventory.breakwater.svc.cluster.local;.circuit_breakers.default.rq_pending_open'
  await until(async () => (await running.sidecar.stat(pending)) === 1, 'the only place in the queue is taken')
  expect(await running.page()).toEqual(withoutStock)
  expect(await running.leftOut()).toEqual({ 'availability circuit-open': 1 })
  const releasing = setInterval(() => held.splice(0).forEach((response) => void json(response, stock)), 5)
  expect(await Promise.all([first, second])).toEqual([complete, complete])
  clearInterval(releasing)
})

test('a service that hangs is left out when the mesh gives up', async () => {
  await using running = await shop(() => undefined)
  expect(await running.page()).toEqual(withoutStock)
  expect(await running.leftOut()).toEqual({ 'availability timeout': 1 })
})

test('a service that drops connections is unreachable', async () => {
  await using running = await shop((response) => void response.socket?.destroy())
  expect(await running.page()).toEqual(withoutStock)
  expect(await running.leftOut()).toEqual({ 'availability unreachable': 1 })
})
