import { expect, test } from 'vitest'
import { type Manifest, manifestsOf, named } from '../../scripts/synth/manifests.ts'

const observed = manifestsOf('kind-observability')
const ofExporter = (manifests: readonly Manifest[]) => manifests.filter(({ metadata }) => metadata.name === 'breaker-exporter')
const rules = (kind: string) =>
  ofExporter(observed).filter((one) => one.kind === kind) as unknown as { rules: unknown; metadata: { namespace: string } }[]

test('the exporter is there only where somebody wants it', () => {
  for (const target of ['local', 'kind', 'eks'] as const) {
    expect(ofExporter(manifestsOf(target))).toEqual([])
    expect(JSON.stringify(manifestsOf(target))).not.toContain('per_endpoint_stats')
  }
  expect(
    ofExporter(observed)
      .map(({ kind }) => kind)
      .toSorted(),
  ).toEqual(['Deployment', 'NetworkPolicy', 'NetworkPolicy', 'Role', 'RoleBinding', 'Service', 'ServiceAccount'].toSorted())
})

test('it may see which pods the shop has, and nothing else; least of all go through the API server into one', () => {
  expect(rules('Role').map(({ rules, metadata: { namespace } }) => ({ rules, namespace }))).toEqual([
    { namespace: 'breakwater', rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }] },
  ])
})

test('it reaches the statistics of proxies and the API server, and who reads metrics reaches it', () => {
  const [own, ofShop] = ['breakwater-observability', 'breakwater'].map(
    (namespace) => ofExporter(observed).find((one) => one.kind === 'NetworkPolicy' && one.metadata.namespace === namespace)?.spec,
  )
  expect(own).toEqual({
    podSelector: { matchLabels: { app: 'breaker-exporter' } },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'otel-collector' } } }], ports: [{ port: 9464, protocol: 'TCP' }] }],
    egress: [
      { to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 6443, protocol: 'TCP' }] },
      {
        to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'breakwater' } } }],
        ports: [{ port: 15_090, protocol: 'TCP' }],
      },
    ],
  })
  expect(ofShop).toMatchObject({ podSelector: {}, policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 15_090 }] }] })
})

test('it runs as somebody without rights, on a root that it cannot write', () => {
  const deployment = ofExporter(observed).find(({ kind }) => kind === 'Deployment') as unknown as {
    spec: {
      replicas: number
      template: { spec: { securityContext: object; containers: { securityContext: object; resources: object }[] } }
    }
  }
  const { securityContext, containers } = deployment.spec.template.spec
  expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } })
  expect(containers).toMatchObject([
    {
      image: 'breakwater/breaker-exporter:dev',
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      resources: { requests: { cpu: '20m', memory: '192Mi' }, limits: { memory: '192Mi' } },
      ports: [{ name: 'metrics', containerPort: 9464 }],
    },
  ])
})

test('proxies tell of each host of a destination, in statistics that change nothing', () => {
  expect(named(observed, 'EnvoyFilter', 'endpoint-statistics').spec).toMatchObject({
    configPatches: [
      {
        applyTo: 'CLUSTER',
        match: { context: 'SIDECAR_OUTBOUND' },
        patch: { operation: 'MERGE', value: { track_cluster_stats: { per_endpoint_stats: true } } },
      },
    ],
  })
})
