import type { KubernetesObject, V1Deployment } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { benchObjects, governedServer, shopServer } from '../../../../../scripts/bench/mesh/bench-objects.ts'

const container = { name: 'catalog', image: 'breakwater/catalog:1a2b', env: [{ name: 'PORT', value: '8080' }] }
const deployment: V1Deployment = {
  metadata: { name: 'catalog', resourceVersion: '7' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'catalog', version: 'v1' } },
    template: { metadata: { labels: { app: 'catalog', version: 'v1' } }, spec: { serviceAccountName: 'catalog', containers: [container] } },
  },
}
const istio = (kind: string, spec: object) => ({
  apiVersion: 'networking.istio.io/v1',
  kind,
  metadata: { name: 'catalog', uid: '1' },
  spec,
})
const host = 'catalog.breakwater.svc.cluster.local'
const trafficPolicy = { outlierDetection: { consecutive5xxErrors: 3 } }
const reads = { name: 'reads', timeout: '2s', route: [{ destination: { host } }] }
const policies = {
  breaker: { ...istio('DestinationRule', {}), spec: { host, trafficPolicy } },
  route: { ...istio('VirtualService', {}), spec: { hosts: [host], http: [reads] } },
  access: { ...istio('AuthorizationPolicy', {}), spec: { selector: { matchLabels: { app: 'catalog' } }, action: 'ALLOW', rules: [{}] } },
}
const objects = benchObjects({ deployment, policies }, 'breakwater-data')
const deployments = objects.filter((object): object is KubernetesObject & V1Deployment => object.kind === 'Deployment')
const labelsOf = ({ spec }: V1Deployment) => spec?.template.metadata?.labels ?? {}

test("catalog's copy is the same pods without a sidecar, and takes none of catalog's requests", () => {
  const copy = deployments.find(({ metadata }) => metadata?.name === shopServer)
  expect(copy?.spec?.replicas).toBe(3)
  expect(copy?.spec?.template.spec).toEqual(deployment.spec?.template.spec)
  expect(copy && labelsOf(copy)).toMatchObject({ app: shopServer, 'sidecar.istio.io/inject': 'false' })
})

test("a bare pod lives under catalog's policies, and they are its own", () => {
  const spec = (kind: string) => objects.find((object) => object.kind === kind && object.metadata?.name === governedServer)
  const own = `${governedServer}.breakwater.svc.cluster.local`
  expect(spec('DestinationRule')).toMatchObject({ spec: { host: own, trafficPolicy } })
  expect(spec('VirtualService')).toMatchObject({ spec: { hosts: [own], http: [{ ...reads, route: [{ destination: { host: own } }] }] } })
  expect(spec('AuthorizationPolicy')).toMatchObject({ spec: { selector: { matchLabels: { app: governedServer } }, rules: [{}] } })
  expect(JSON.stringify(objects)).not.toContain('"uid"')
})

test('what was started can be found again, by the shop and by the wait for it', () => {
  for (const { metadata } of objects) expect(metadata?.labels).toMatchObject({ 'app.kubernetes.io/part-of': 'breakwater' })
  for (const deployment of deployments) expect(labelsOf(deployment)).toMatchObject({ 'app.kubernetes.io/part-of': 'breakwater' })
})
