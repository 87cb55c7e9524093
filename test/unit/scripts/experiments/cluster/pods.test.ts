import { expect, test } from 'vitest'
import { hasProxy } from '../../../../../scripts/cluster/pod-proxies.ts'
import { isRolledOut } from '../../../../../scripts/experiments/cluster/cluster-replicas.ts'
import { toHost } from '../../../../../scripts/experiments/cluster/pods.ts'

const pod = {
  metadata: { name: 'reviews-v1-x', namespace: 'books' },
  status: { podIP: '10.1.2.3' },
  spec: { containers: [{ name: 'reviews', ports: [{ name: 'http', containerPort: 9080 }] }] },
}
const host = { namespace: 'books', workload: 'reviews', name: 'reviews-v1-x', address: '10.1.2.3:9080', targetPort: 9080 }

test('a host has the port that its Service leads to, by number or by name; by default the same', () => {
  expect(toHost('reviews', pod, { port: 80, targetPort: 9080 })).toEqual([host])
  expect(toHost('reviews', pod, { port: 80, targetPort: 'http' })).toEqual([host])
  expect(toHost('reviews', pod, { port: 9080 })).toEqual([host])
  expect(toHost('reviews', pod, { port: 80, targetPort: 'grpc' })).toEqual([])
})

test('a proxy is beside the app, or among the containers that begin before it', () => {
  expect(hasProxy(pod)).toBe(false)
  expect(hasProxy({ spec: { containers: [...pod.spec.containers, { name: 'istio-proxy' }] } })).toBe(true)
  expect(hasProxy({ spec: { ...pod.spec, initContainers: [{ name: 'istio-proxy' }] } })).toBe(true)
})

test('a Deployment is rolled out when all its pods are of the new version, and available', () => {
  const deployment = (status: object) =>
    ({ metadata: { generation: 3 }, spec: { replicas: 2 }, status }) as Parameters<typeof isRolledOut>[0]
  const done = { observedGeneration: 3, updatedReplicas: 2, replicas: 2, availableReplicas: 2 }
  expect(isRolledOut(deployment(done))).toBe(true)
  for (const part of [{ observedGeneration: 2 }, { updatedReplicas: 1 }, { replicas: 3 }, { availableReplicas: 1 }])
    expect(isRolledOut(deployment({ ...done, ...part }))).toBe(false)
})
