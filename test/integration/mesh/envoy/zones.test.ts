import { expect, test } from 'vitest'
import { call } from './call.ts'
import { localManifests } from './local-manifests.ts'
import { startSidecar, until } from './sidecar.ts'
import { startUpstream } from './upstream.ts'

const cluster = 'cluster.outbound|80||catalog.breakwater.svc.cluster.local;'
const inZone = (name: string, zone: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'breakwater', labels: { 'istio-locality': `laptop.${zone}` } },
})

test('a caller stays in its zone, leaves it when its last host there is ejected, and nobody is told', async () => {
  let broken = false
  await using near = await startUpstream((_, response) => void response.writeHead(broken ? 500 : 200).end())
  await using far = await startUpstream((_, response) => void response.end())
  await using farther = await startUpstream((_, response) => void response.end())
  const instances = [near, far, farther].map(({ port }, replica) => ({
    workload: 'catalog',
    replica,
    host: '127.0.0.1',
    inboundPort: port,
  }))
  const zones = [inZone('gateway-0', 'zone-a'), inZone('catalog-0', 'zone-a'), inZone('catalog-1', 'zone-b'), inZone('catalog-2', 'zone-b')]
  const manifests = localManifests()
  await using sidecar = await startSidecar({ workload: 'gateway', nodeId: 'gateway-0', manifests: [...manifests, ...zones], instances })
  const callTimes = async (times: number): Promise<number[]> => {
    const statuses: number[] = []
    for (let count = 0; count < times; count++) statuses.push((await call(sidecar.outboundPort, 'catalog')).status)
    return statuses
  }

  await callTimes(20)
  expect([near.seen.length, far.seen.length, farther.seen.length]).toEqual([20, 0, 0])

  broken = true
  await callTimes(10)
  expect(await sidecar.stat(`${cluster}.outlier_detection.ejections_active`)).toBe(1)
  const before = near.seen.length
  expect(new Set(await callTimes(20))).toEqual(new Set([200]))
  expect(near.seen.length).toBe(before)
  expect(Math.min(far.seen.length, farther.seen.length)).toBeGreaterThan(0)

  // Negative control, live: without zones all hosts are alike.
  broken = false
  const updates = await sidecar.stat('cluster_manager.cds.update_success')
  sidecar.update({ manifests })
  await until(async () => (await sidecar.stat('cluster_manager.cds.update_success')) >= updates, 'the edit has arrived')
  await until(async () => {
    await callTimes(10)
    return near.seen.length > before
  }, 'the near host is used as well')
})
