import type { CoreV1Api, V1Pod } from '@kubernetes/client-node'
import { expect, test, vi } from 'vitest'
import { clusterMesh } from '../../../../../scripts/breaker-watch/meshes/cluster-mesh.ts'

const pod = (name: string, podIP: string, part: Partial<V1Pod> = {}): V1Pod => ({
  metadata: { name, namespace: 'shop', labels: { app: name.split('-')[0] ?? '' } },
  spec: { containers: [{ name: 'istio-proxy' }] },
  status: { phase: 'Running', podIP },
  ...part,
})

test('proxies are the running pods of the named namespaces that have one; hosts are named by the address of their pod', async () => {
  const pods = [
    pod('gateway-a', '10.0.0.1'),
    pod('job-b', '10.0.0.2', { spec: { containers: [{ name: 'job' }] } }),
    pod('orders-c', '10.0.0.3', { status: { phase: 'Pending', podIP: '10.0.0.3' } }),
    pod('node-d', '192.168.0.1', { spec: { containers: [{ name: 'agent' }], hostNetwork: true } }),
  ]
  const listNamespacedPod = vi.fn(async ({ namespace }: { namespace: string }) => ({ items: namespace === 'shop' ? pods : [] }))
  const mesh = clusterMesh({ listNamespacedPod } as unknown as CoreV1Api, ['shop', 'other'])
  const [proxies, names] = await Promise.all([mesh.proxies(), mesh.hostNames()])
  expect(proxies).toEqual([{ namespace: 'shop', workload: 'gateway', name: 'gateway-a' }])
  expect([...names]).toEqual([
    ['10.0.0.1', 'gateway-a'],
    ['10.0.0.2', 'job-b'],
    ['10.0.0.3', 'orders-c'],
  ])
  expect(listNamespacedPod.mock.calls.map(([{ namespace }]) => namespace)).toEqual(['shop', 'other'])
  await expect(mesh.reader({ namespace: 'shop', workload: 'x', name: 'gone' }).read(0)).rejects.toThrow('gone is gone')
})
