import { expect, test } from 'vitest'
import type { Instance } from '../../../../mesh/envoy/input.ts'
import { call } from './call.ts'
import { localManifests, without } from './local-manifests.ts'
import { startSidecar, until } from './sidecar.ts'
import { startUpstream, type Upstream } from './upstream.ts'

const cluster = 'cluster.outbound|80||catalog.breakwater.svc.cluster.local;'
/** `consecutive5xxErrors` of mesh/catalog.ts. */
const k = 3

const replicas = (upstreams: readonly Upstream[]): Instance[] =>
  upstreams.map(({ port }, replica) => ({ workload: 'catalog', replica, host: '127.0.0.1', inboundPort: port }))

async function callTimes(port: number, times: number): Promise<number[]> {
  const statuses: number[] = []
  for (let count = 0; count < times; count++) statuses.push((await call(port, 'catalog')).status)
  return statuses
}

test('a replica that fails is ejected after k failures, hidden by retries, forgotten by no endpoint change, back after its time', async () => {
  let broken = true
  await using bad = await startUpstream((_, response) => void response.writeHead(broken ? 500 : 200).end())
  await using good = await startUpstream((_, response) => void response.end())
  await using better = await startUpstream((_, response) => void response.end())
  await using best = await startUpstream((_, response) => void response.end())
  await using sidecar = await startSidecar({ workload: 'gateway', manifests: localManifests(), instances: replicas([bad, good, better]) })

  const statuses = await callTimes(sidecar.outboundPort, 60)
  const ejectedAt = Date.now()
  expect(new Set(statuses)).toEqual(new Set([200]))
  expect(bad.seen.length).toBe(k)
  expect(await sidecar.stat(`${cluster}.outlier_detection.ejections_enforced_consecutive_5xx`)).toBe(1)
  expect(await sidecar.stat(`${cluster}.outlier_detection.ejections_active`)).toBe(1)

  sidecar.update({ instances: replicas([bad, good, better, best]) })
  await until(async () => (await sidecar.stat(`${cluster}.membership_total`)) === 4, 'the fourth replica is known')
  await callTimes(sidecar.outboundPort, 40)
  expect(best.seen.length).toBeGreaterThan(0)
  expect(bad.seen.length).toBe(k)

  broken = false
  await until(async () => (await sidecar.stat(`${cluster}.outlier_detection.ejections_active`)) === 0, 'the ejected replica returns')
  // Base 5 s, and the sweep that follows it comes within 1 s; twice the base would be a second ejection.
  expect(Date.now() - ejectedAt).toBeLessThan(9_900)
  await callTimes(sidecar.outboundPort, 40)
  expect(bad.seen.length).toBeGreaterThan(k)
})

test('a policy edit is live without a restart: without the rule nobody is ejected', async () => {
  await using bad = await startUpstream((_, response) => void response.writeHead(500).end())
  await using good = await startUpstream((_, response) => void response.end())
  await using better = await startUpstream((_, response) => void response.end())
  const manifests = localManifests()
  await using sidecar = await startSidecar({ workload: 'gateway', manifests, instances: replicas([bad, good, better]) })
  const updates = await sidecar.stat('cluster_manager.cds.update_success')

  sidecar.update({ manifests: without(manifests, 'DestinationRule', 'catalog') })
  await until(async () => (await sidecar.stat('cluster_manager.cds.update_success')) === updates + 1, 'the edit has arrived')
  await callTimes(sidecar.outboundPort, 60)
  expect(bad.seen.length).toBeGreaterThan(2 * k)
  expect(await sidecar.stat('server.live')).toBe(1)
})
