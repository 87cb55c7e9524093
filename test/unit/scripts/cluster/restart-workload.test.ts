import { expect, test } from 'vitest'
import { restartsOf } from '../../../../scripts/cluster/restart-workload.ts'

const deployment = (name: string, app: string, replicas?: number) => ({
  metadata: { name, namespace: 'breakwater' },
  spec: { ...(replicas !== undefined && { replicas }), selector: {}, template: { metadata: { labels: { app } } } },
})
const deployments = [deployment('catalog', 'catalog', 3), deployment('catalog-v2', 'catalog', 0), deployment('orders', 'orders')]
const now = new Date('2026-01-31T12:00:00Z')

test('a restart changes the pod template of a workload and nothing else', () => {
  expect(restartsOf(deployments, 'catalog', now)).toEqual([
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'catalog', namespace: 'breakwater' },
      spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-01-31T12:00:00.000Z' } } } },
    },
  ])
})

test('a version without pods stays without, a canary that runs is restarted too', () => {
  expect(restartsOf([...deployments.slice(0, 1), deployment('catalog-v2', 'catalog', 1)], 'catalog', now)).toHaveLength(2)
  // How many an autoscaler wants is not said in the Deployment.
  expect(restartsOf(deployments, 'orders', now)).toHaveLength(1)
})

test('who names no workload is told what there is', () => {
  expect(() => restartsOf(deployments, 'catalog-0', now)).toThrow(
    "there is no workload 'catalog-0' (did you mean 'catalog'?); there are: catalog, orders",
  )
})
