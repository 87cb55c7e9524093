import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http2'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { ConnectionPool, OutlierDetection } from '../../../../mesh/envoy/resources/destination-rule.ts'
import { explain } from '../../../../scripts/experiments/core/explain/explain.ts'
import type { Fault } from '../../../../scripts/experiments/core/explain/situation.ts'
import { freePorts } from '../../../../scripts/local/processes/free-ports.ts'
import { call } from './call.ts'
import { localManifests, type Manifest, without } from './local-manifests.ts'
import { type Sidecar, startSidecar, until } from './sidecar.ts'
import { startUpstream } from './upstream.ts'

const cluster = 'cluster.outbound|80||catalog.breakwater.svc.cluster.local;'
const manifests = localManifests()

/** The shop's own rule for catalog, with another policy. */
const ruleWith = (trafficPolicy: object) => {
  const rule = manifests.find(({ kind, metadata: { name } }) => kind === 'DestinationRule' && name === 'catalog')
  if (rule === undefined) throw new Error('There is no DestinationRule of catalog.')
  return { apiVersion: 'networking.istio.io/v1', ...rule, spec: { ...rule.spec, trafficPolicy } }
}
/** Without the route of catalog: its time-outs and retries would count as well. */
const withRule = (rule: Manifest): Manifest[] => [...without(without(manifests, 'VirtualService', 'catalog'), rule.kind, 'catalog'), rule]

/** What `explain` says of a run with this rule whose checks failed. */
const fields = (judged: 'ejection' | 'pool', trafficPolicy: object, hosts: number, fault?: Fault) =>
  explain({
    judged,
    destination: { namespace: 'breakwater', service: 'catalog', port: 80 },
    port: { name: 'http' },
    caller: { namespace: 'breakwater', labels: { app: 'gateway' }, replicas: 1 },
    policies: [ruleWith(trafficPolicy)],
    hosts,
    checks: [{ name: 'it works', expected: true, actual: false, passed: false }],
    ...(fault && { fault }),
  }).map(({ field }) => field.split('.').at(-1))

/** Hosts of which the first fails until it is ejected, or for all `calls`; then what the caller's proxy says. */
async function breakOne(detection: OutlierDetection, { hosts, fault = { status: 500 } }: { hosts: number; fault?: Fault }) {
  const status = typeof fault === 'object' && 'status' in fault ? fault.status : 200
  await using bad = await startUpstream((_, response) => void response.writeHead(status).end())
  const healthy = await Promise.all(Array.from({ length: hosts - 1 }, () => startUpstream((_, response) => void response.end())))
  await using others = new AsyncDisposableStack()
  for (const upstream of healthy) others.use(upstream)
  const [nobody = 0] = await freePorts(1)
  const ports = [fault === 'no-connection' ? nobody : bad.port, ...healthy.map((upstream) => upstream.port)]
  const instances = ports.map((inboundPort, replica) => ({ workload: 'catalog', replica, host: '127.0.0.1', inboundPort }))
  await using sidecar = await startSidecar({
    workload: 'gateway',
    manifests: withRule(ruleWith({ outlierDetection: detection })),
    instances,
  })
  const stat = (name: string) => sidecar.stat(`${cluster}.${name}`)
  const failures = () => stat('upstream_cx_connect_fail').then((unreached) => (fault === 'no-connection' ? unreached : bad.seen.length))

  // Envoy's workers hear of an ejection from its main thread: a request that follows at once may still be sent there.
  for (let count = 0; count < 60; count++) if ((await call(sidecar.outboundPort, 'catalog')).status >= 500) await delay(20)
  const failedUntil = await failures()
  for (let count = 0; count < 30; count++) await call(sidecar.outboundPort, 'catalog')
  return {
    ejected: (await stat('outlier_detection.ejections_active')) === 1,
    forbidden: (await stat('outlier_detection.ejections_overflow')) > 0,
    failures: failedUntil,
    afterwards: (await failures()) - failedUntil,
    by5xx: await stat('outlier_detection.ejections_enforced_consecutive_5xx'),
  }
}

const rule: OutlierDetection = { consecutive5xxErrors: 3, interval: '1s', baseEjectionTime: '60s', maxEjectionPercent: 50 }

test.each([
  { maxEjectionPercent: 10, hosts: 3 },
  { maxEjectionPercent: 33, hosts: 3 },
  { maxEjectionPercent: 34, hosts: 3 },
  { maxEjectionPercent: 49, hosts: 2 },
  { maxEjectionPercent: 50, hosts: 2 },
  { maxEjectionPercent: 99, hosts: 1 },
])(
  'maxEjectionPercent $maxEjectionPercent of $hosts hosts: Envoy forbids the ejection exactly where a reason is given',
  async ({ maxEjectionPercent, hosts }) => {
    const detection = { ...rule, maxEjectionPercent }
    const explained = fields('ejection', { outlierDetection: detection }, hosts)
    const isEnough = (100 * 1) / hosts <= maxEjectionPercent
    expect(explained).toEqual(isEnough ? [] : ['maxEjectionPercent'])
    expect(await breakOne(detection, { hosts })).toMatchObject({ ejected: isEnough, forbidden: !isEnough })
  },
)

test("unset, the share is Envoy's 10 %", async () => {
  const { maxEjectionPercent: _, ...detection } = rule
  expect(fields('ejection', { outlierDetection: detection }, 3)).toEqual(['maxEjectionPercent'])
  expect(await breakOne(detection, { hosts: 3 })).toMatchObject({ ejected: false, forbidden: true })
})

test('a count of 0 is switched off', async () => {
  const detection = { ...rule, consecutive5xxErrors: 0 }
  expect(fields('ejection', { outlierDetection: detection }, 3)).toEqual(['consecutive5xxErrors'])
  expect(await breakOne(detection, { hosts: 3 })).toMatchObject({ ejected: false, forbidden: false })
})

test('a count of gateway errors that is not the smaller one changes nothing', async () => {
  const detection = { ...rule, consecutiveGatewayErrors: 7 }
  expect(fields('ejection', { outlierDetection: detection }, 3)).toEqual(['consecutiveGatewayErrors'])
  expect(await breakOne(detection, { hosts: 3, fault: { status: 503 } })).toMatchObject({ ejected: true, failures: 3, by5xx: 1 })
  expect(fields('ejection', { outlierDetection: { ...rule, consecutiveGatewayErrors: 2 } }, 3)).toEqual([])
  expect(await breakOne({ ...rule, consecutiveGatewayErrors: 2 }, { hosts: 3, fault: { status: 503 } })).toMatchObject({
    ejected: true,
    failures: 2,
    by5xx: 0,
  })
})

test('gateway errors alone do not count a 500', async () => {
  const detection = { ...rule, consecutive5xxErrors: 0, consecutiveGatewayErrors: 2 }
  expect(fields('ejection', { outlierDetection: detection }, 3)).toEqual(['consecutive5xxErrors'])
  expect(await breakOne(detection, { hosts: 3 })).toMatchObject({ ejected: false })
  expect(await breakOne(detection, { hosts: 3, fault: { status: 502 } })).toMatchObject({ ejected: true, failures: 2 })
})

test('split off, failed connections have a count of their own', async () => {
  const split = { ...rule, splitExternalLocalOriginErrors: true }
  expect(fields('ejection', { outlierDetection: split }, 3, 'no-connection')).toEqual(['splitExternalLocalOriginErrors'])
  expect(await breakOne(split, { hosts: 3, fault: 'no-connection' })).toMatchObject({ ejected: true, failures: 5, by5xx: 0 })
  expect(fields('ejection', { outlierDetection: rule }, 3, 'no-connection')).toEqual([])
  expect(await breakOne(rule, { hosts: 3, fault: 'no-connection' })).toMatchObject({ ejected: true, failures: 3, by5xx: 1 })
})

test.each([
  { minHealthPercent: 70, hosts: 3, panics: true },
  { minHealthPercent: 66, hosts: 3, panics: false },
  { minHealthPercent: 90, hosts: 4, panics: false },
])(
  'minHealthPercent $minHealthPercent of $hosts hosts: Envoy sends to the ejected one exactly where a reason is given',
  async ({ minHealthPercent, hosts, panics }) => {
    const detection = { ...rule, minHealthPercent }
    expect(fields('ejection', { outlierDetection: detection }, hosts)).toEqual(panics ? ['minHealthPercent'] : [])
    const { ejected, afterwards } = await breakOne(detection, { hosts })
    expect({ ejected, panics: afterwards > 0 }).toEqual({ ejected: true, panics })
  },
)

/** A queue that is full, and requests beyond `http2MaxRequests`. */
const refusalsOf = async (sidecar: Sidecar) =>
  (await sidecar.stat(`${cluster}.upstream_rq_pending_overflow`)) + (await sidecar.stat(`${cluster}.upstream_rq_active_overflow`))

/** Ten requests at once to one host that holds all it gets; then the answers. */
async function sendTen(sidecar: Sidecar, arrived: () => number, release: () => void) {
  const answers = Array.from({ length: 10 }, () => call(sidecar.outboundPort, 'catalog'))
  await until(async () => (await sidecar.stat('http.outbound.downstream_rq_total')) === 10, 'all requests have reached the proxy')
  const refusals = () => refusalsOf(sidecar)
  await until(
    async () => arrived() > 0 && arrived() + (await refusals()) + (await sidecar.stat(`${cluster}.upstream_rq_pending_active`)) === 10,
    'each of them is somewhere',
  )
  const seenAtOnce = arrived()
  const releasing = setInterval(release, 5)
  const refused = (await Promise.all(answers)).filter(({ overloaded }) => overloaded === 'true').length
  clearInterval(releasing)
  return { seenAtOnce, refused, refusals: await refusals() }
}

async function overload(connectionPool: ConnectionPool) {
  const held: ServerResponse[] = []
  await using upstream = await startUpstream((_, response) => void held.push(response))
  const instances = [{ workload: 'catalog', replica: 0, host: '127.0.0.1', inboundPort: upstream.port }]
  await using sidecar = await startSidecar({ workload: 'gateway', manifests: withRule(ruleWith({ connectionPool })), instances })
  return await sendTen(
    sidecar,
    () => upstream.seen.length,
    () => void held.shift()?.end(),
  )
}

test('maxConnections alone refuses nobody, with pending requests limited the rest is refused', async () => {
  const alone = { tcp: { maxConnections: 2 } }
  expect(fields('pool', { connectionPool: alone }, 1)).toEqual(['http1MaxPendingRequests'])
  expect(await overload(alone)).toEqual({ seenAtOnce: 2, refused: 0, refusals: 0 })
  const both = { ...alone, http: { http1MaxPendingRequests: 2 } }
  expect(fields('pool', { connectionPool: both }, 1)).toEqual([])
  // Those that wait while the first connections are opened are refused as well, so that the sum and not the pair is exact.
  const { seenAtOnce, refused, refusals } = await overload(both)
  expect(seenAtOnce).toBeLessThanOrEqual(2)
  expect(refused).toBeGreaterThanOrEqual(6)
  expect(refusals).toBe(refused)
})

test('http2MaxRequests limits HTTP/1.1 as well', async () => {
  const pool = { tcp: { maxConnections: 5 }, http: { http1MaxPendingRequests: 10, http2MaxRequests: 2 } }
  expect(fields('pool', { connectionPool: pool }, 1)).toEqual(['http2MaxRequests'])
  expect(await overload(pool)).toMatchObject({ seenAtOnce: 2 })
})

test('limits of HTTP/1.1 let all requests of HTTP/2 through, its own limit does not', async () => {
  const through = async (connectionPool: ConnectionPool) => {
    const held: (() => void)[] = []
    let seen = 0
    const server = createServer((_, response) => {
      seen++
      held.push(() => response.end())
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.')
    const instances = [{ workload: 'catalog', replica: 0, host: '127.0.0.1', inboundPort: address.port }]
    try {
      await using sidecar = await startSidecar({ workload: 'gateway', manifests: withRule(ruleWith({ connectionPool })), instances })
      // One connection is open before they come.
      const first = call(sidecar.outboundPort, 'catalog')
      await until(async () => held.length === 1, 'the first request is held')
      held.shift()?.()
      await first
      const before = { seen, sent: await sidecar.stat('http.outbound.downstream_rq_total') }
      const answers = Array.from({ length: 10 }, () => call(sidecar.outboundPort, 'catalog'))
      await until(
        async () => (await sidecar.stat('http.outbound.downstream_rq_total')) === before.sent + 10,
        'all requests have reached the proxy',
      )
      await until(async () => seen - before.seen + (await refusalsOf(sidecar)) === 10, 'each of them is somewhere')
      const seenAtOnce = seen - before.seen
      for (const release of held) release()
      return { seenAtOnce, refused: (await Promise.all(answers)).filter(({ overloaded }) => overloaded === 'true').length }
    } finally {
      server.close()
    }
  }
  const http1 = { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1, h2UpgradePolicy: 'UPGRADE' } } as const
  expect(fields('pool', { connectionPool: http1 }, 1)).toEqual(['http2MaxRequests'])
  expect(await through(http1)).toEqual({ seenAtOnce: 10, refused: 0 })
  const own = { ...http1, http: { ...http1.http, http2MaxRequests: 2 } }
  expect(fields('pool', { connectionPool: own }, 1)).toEqual([])
  expect(await through(own)).toEqual({ seenAtOnce: 2, refused: 8 })
})
