import { expect, test } from 'vitest'
import type { Instance } from '../../../../mesh/envoy/input.ts'
import { breakerWatch, type Look } from '../../../../scripts/breaker-watch/breaker-watch.ts'
import { breakerMetrics } from '../../../../scripts/breaker-watch/prometheus/breaker-metrics.ts'
import { adminReader } from '../../../../scripts/breaker-watch/proxy-reader.ts'
import { envoyAdmin } from '../../../../scripts/envoy-admin/admin.ts'
import { shopMetrics } from '../../../../scripts/telemetry/metrics/shop-metrics.ts'
import { call } from '../../mesh/envoy/call.ts'
import { localManifests } from '../../mesh/envoy/local-manifests.ts'
import { startSidecar, until } from '../../mesh/envoy/sidecar.ts'
import { startUpstream } from '../../mesh/envoy/upstream.ts'

const namespace = 'breakwater'

test('a replica that fails is seen ejected, on probation and closed, by its own name; metrics have the labels that they have in a cluster', async () => {
  let broken = true
  await using bad = await startUpstream((_, response) => void response.writeHead(broken ? 500 : 200).end())
  await using good = await startUpstream((_, response) => void response.end())
  await using better = await startUpstream((_, response) => void response.end())
  const instances: Instance[] = [bad, good, better].map(({ port }, replica) => ({
    workload: 'catalog',
    replica,
    host: '127.0.0.1',
    inboundPort: port,
  }))
  await using sidecar = await startSidecar({ workload: 'gateway', manifests: localManifests(), instances })
  const watch = breakerWatch({
    proxies: async () => [{ namespace, workload: 'gateway', name: 'gateway-0' }],
    reader: () => adminReader(envoyAdmin('the proxy of gateway-0', () => sidecar.adminPort)),
    hostNames: async () => new Map(instances.map(({ inboundPort, replica }) => [`127.0.0.1:${inboundPort}`, `catalog-${replica}`])),
  })
  const ended = new AbortController()
  const looks: Look[] = []
  const metrics = breakerMetrics()
  const watching = (async () => {
    for await (const look of watch.watch(ended.signal, { periodMs: 50, latency: true })) {
      looks.push(look)
      metrics.observe(look)
    }
  })()
  const callTimes = async (times: number): Promise<void> => {
    for (let count = 0; count < times; count++) await call(sidecar.outboundPort, 'catalog')
  }
  const ofCatalog = (host: string) =>
    watch.now().breakers.find((breaker) => breaker.host === host && breaker.hostname === 'catalog.breakwater.svc.cluster.local')
  const ejectsAt = (): number | undefined => {
    const breaker = ofCatalog('catalog-0')
    return breaker?.kind === 'host' ? breaker.ejectsAt : undefined
  }
  await until(async () => ejectsAt() === 3, 'hosts and rules are known')

  await callTimes(30)
  await until(async () => ofCatalog('catalog-0')?.state === 'ejected', 'the ejection is seen', 2_000)
  expect(ofCatalog('catalog-0')).toMatchObject({ failed: 3, failuresInARow: 3, ejections: 1, backOff: 1, cause: 'consecutive 5xx' })
  const pools = looks.flatMap(({ breakers }) => breakers.filter(({ host }) => host === 'catalog pool'))
  expect(pools.some((pool) => pool.kind === 'pool' && (pool.latencyMs?.p99 ?? 0) > 0)).toBe(true)
  expect(await metrics.text()).toMatch(/breakwater_breaker_state\{.*destination="catalog\..*host="catalog-0",state="ejected"\} 1/)

  broken = false
  await until(async () => ofCatalog('catalog-0')?.state === 'probation', 'the return is seen')
  await callTimes(12)
  await until(async () => ofCatalog('catalog-0')?.state === 'closed', 'the first success is seen', 2_000)
  const changes = watch.changes(0).filter(({ host }) => host === 'catalog-0')
  expect(changes.map(({ from, to }) => [from, to])).toEqual([
    ['closed', 'ejected'],
    ['ejected', 'probation'],
    ['probation', 'closed'],
  ])
  // Base 5 s, and the sweep that follows it comes within 1 s.
  expect(changes[1]?.lastedMs).toBeGreaterThan(4_900)
  expect(changes[1]?.lastedMs).toBeLessThan(6_600)
  ended.abort()
  await watching

  const text = await shopMetrics([{ namespace, workload: 'gateway', pod: 'gateway-0', appPort: 1, adminPort: sidecar.adminPort }])
  const labels = 'namespace="breakwater",workload="gateway",pod="gateway-0"'
  const catalog = 'cluster_name="outbound|80||catalog.breakwater.svc.cluster.local"'
  expect(text).toMatch(
    new RegExp(`^envoy_cluster_upstream_rq\\{${labels},response_code_class="2xx",${catalog.replaceAll('|', '\\|')}\\} 42$`, 'm'),
  )
  expect(text).toContain(`envoy_cluster_outlier_detection_ejections_enforced_total{${labels},${catalog}} 1`)
})
