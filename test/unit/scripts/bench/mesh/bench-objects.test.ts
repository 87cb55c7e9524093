import type { KubernetesObject, V1Deployment } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { benchObjects, shopServer } from '../../../../../scripts/bench/mesh/bench-objects.ts'

const container = { name: 'catalog', image: 'breakwater/catalog:1a2b', env: [{ name: 'PORT', value: '8080' }] }
const catalog: V1Deployment = {
  metadata: { name: 'catalog', resourceVersion: '7' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'catalog', version: 'v1' } },
    template: { metadata: { labels: { app: 'catalog', version: 'v1' } }, spec: { serviceAccountName: 'catalog', containers: [container] } },
  },
}
const objects = benchObjects(catalog, 'breakwater-data')
const deployments = objects.filter((object): object is KubernetesObject & V1Deployment => object.kind === 'Deployment')
const labelsOf = ({ spec }: V1Deployment) => spec?.template.metadata?.labels ?? {}

test("catalog's copy is the same pods without a sidecar, and takes none of catalog's requests", () => {
  const copy = deployments.find(({ metadata }) => metadata?.name === shopServer)
  expect(copy?.spec?.replicas).toBe(3)
  expect(copy?.spec?.template.spec).toEqual(catalog.spec?.template.spec)
  expect(copy && labelsOf(copy)).toMatchObject({ app: shopServer, 'sidecar.istio.io/inject': 'false' })
})

test('what was started can be found again, by the shop and by the wait for it', () => {
  for (const { metadata } of objects) expect(metadata?.labels).toMatchObject({ 'app.kubernetes.io/part-of': 'breakwater' })
  for (const deployment of deployments) expect(labelsOf(deployment)).toMatchObject({ 'app.kubernetes.io/part-of': 'breakwater' })
})
