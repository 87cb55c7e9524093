import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { deployedWorkloads } from '../../../../cdk8s/workloads.ts'
import { workload, workloadNames } from '../../../../services/shared/contracts/topology.ts'
import { type Manifest, manifestsOf, named, settingsOf, specOf } from '../../scripts/synth/manifests.ts'

const observed = ['kind-observability', 'eks-observability'] as const
const kind = manifestsOf('kind-observability')
const stores = 'breakwater-observability'
const nodes = 'breakwater-node-logs'

interface PodOwner {
  readonly spec: { readonly template: { readonly spec: PodSpec } }
}
interface PodSpec {
  readonly automountServiceAccountToken: boolean
  readonly securityContext: { readonly runAsNonRoot?: boolean; readonly runAsUser?: number }
  readonly volumes: readonly {
    readonly name: string
    readonly hostPath?: { readonly path: string }
    readonly emptyDir?: { readonly sizeLimit?: string }
  }[]
  readonly containers: readonly {
    readonly image: string
    readonly args: readonly string[]
    readonly securityContext: object
    readonly resources: object
    readonly volumeMounts: readonly { readonly name: string; readonly readOnly?: boolean }[]
  }[]
}

const runsPods = ({ kind }: Manifest) => ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind)
const inside = (manifests: readonly Manifest[], namespace: string) => manifests.filter(({ metadata }) => metadata.namespace === namespace)
const podsOf = (manifests: readonly Manifest[]) =>
  manifests.filter(runsPods).map((owner) => ({ name: owner.metadata.name, pod: (owner as unknown as PodOwner).spec.template.spec }))
const config = (manifests: readonly Manifest[], name: string, file = 'config.yaml') =>
  parse((named(manifests, 'ConfigMap', name) as unknown as { data: Record<string, string> }).data[file] ?? '')

test('without observability nothing of it is there', () => {
  for (const target of ['local', 'kind', 'eks'] as const) {
    const text = JSON.stringify(manifestsOf(target))
    for (const word of ['observability', 'OTEL_', 'otel', 'prometheus.io', 'node-logs', 'tracing'])
      expect(text, `${target}: ${word}`).not.toContain(word)
  }
})

test('kind keeps logs, traces and metrics itself; EKS has collectors alone', () => {
  const running = (target: (typeof observed)[number]) =>
    podsOf(inside(manifestsOf(target), stores))
      .map(({ name }) => name)
      .toSorted()
  expect(running('kind-observability')).toEqual(['breaker-exporter', 'jaeger', 'otel-collector', 'prometheus', 'victoria-logs'])
  expect(running('eks-observability')).toEqual(['otel-collector'])
  for (const target of observed) expect(podsOf(inside(manifestsOf(target), nodes)).map(({ name }) => name)).toEqual(['node-logs'])
})

test.each(observed)('%s: every container has bounds, a root that it cannot write, no rights, and an image of one version', (target) => {
  for (const { name, pod } of [stores, nodes].flatMap((namespace) => podsOf(inside(manifestsOf(target), namespace)))) {
    for (const container of pod.containers)
      expect(container, name).toMatchObject({
        image: expect.stringMatching(/:(?!latest$)(v?\d.+|dev)$/),
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
        resources: { requests: { cpu: expect.any(String), memory: expect.any(String) }, limits: { memory: expect.any(String) } },
      })
    for (const { name: volume, emptyDir } of pod.volumes) if (emptyDir) expect(emptyDir.sizeLimit, `${name}: ${volume}`).toBeDefined()
  }
})

test.each(observed)('%s: one pod has host paths and is root, in the one namespace that lets it; it may only read the logs', (target) => {
  const manifests = manifestsOf(target)
  const levels = manifests
    .filter(({ kind }) => kind === 'Namespace')
    .map(({ metadata: { name, labels } }) => [name, labels?.['pod-security.kubernetes.io/enforce']])
  expect(Object.fromEntries(levels)).toMatchObject({ breakwater: 'restricted', [stores]: 'baseline', [nodes]: 'privileged' })
  for (const { name, pod } of podsOf(inside(manifests, stores))) {
    expect(pod.securityContext.runAsNonRoot, name).toBe(true)
    expect(
      pod.volumes.filter(({ hostPath }) => hostPath),
      name,
    ).toEqual([])
  }
  const [{ pod } = { pod: undefined }] = podsOf(inside(manifests, nodes))
  expect(pod?.volumes.flatMap(({ name, hostPath }) => (hostPath ? [[name, hostPath.path]] : []))).toEqual([
    ['pod-logs', '/var/log/pods'],
    ['positions', '/var/lib/breakwater-node-logs'],
  ])
  expect(pod?.containers[0]?.volumeMounts.filter(({ readOnly }) => !readOnly).map(({ name }) => name)).toEqual(['positions'])
})

test.each(observed)('%s: of the API server pods are asked for, and nothing else; who asks nothing has no token', (target) => {
  const manifests = manifestsOf(target)
  expect(manifests.filter(({ kind }) => kind.startsWith('ClusterRole'))).toEqual([])
  const roles = manifests.filter(({ kind }) => kind === 'Role') as unknown as { readonly rules: unknown }[]
  for (const { rules } of roles) expect(rules).toEqual([{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }])
  const withToken = podsOf([...inside(manifests, stores), ...inside(manifests, nodes)]).filter(
    ({ pod }) => pod.automountServiceAccountToken,
  )
  const bound = new Set(
    (manifests.filter(({ kind }) => kind === 'RoleBinding') as unknown as { readonly subjects: { readonly name: string }[] }[]).flatMap(
      ({ subjects }) => subjects.map(({ name }) => name),
    ),
  )
  const exporter = target === 'kind-observability' ? ['breaker-exporter'] : []
  expect([...bound].toSorted()).toEqual([...exporter, 'node-logs', 'otel-collector'])
  expect(withToken.map(({ name }) => name).toSorted()).toEqual([...bound].toSorted())
})

test('what is kept is bounded by age and by size', () => {
  const args = (name: string) => podsOf(inside(kind, stores)).find((one) => one.name === name)?.pod.containers[0]?.args
  expect(args('victoria-logs')).toEqual(expect.arrayContaining(['-retentionPeriod=7d', '-retention.maxDiskSpaceUsageBytes=2GiB']))
  expect(args('prometheus')).toEqual(expect.arrayContaining(['--storage.tsdb.retention.time=3d', '--storage.tsdb.retention.size=2GB']))
  expect(config(kind, 'jaeger').extensions.jaeger_storage.backends.spans.badger.ttl).toEqual({ spans: '24h' })
  const disk = podsOf(inside(kind, stores))
    .find(({ name }) => name === 'jaeger')
    ?.pod.volumes.find(({ name }) => name === 'data')
  expect(disk?.emptyDir?.sizeLimit).toBe('2Gi')
})

interface Policy {
  readonly ingress?: readonly { readonly from: readonly object[]; readonly ports: readonly { readonly port: number }[] }[]
  readonly egress?: readonly { readonly to: readonly object[]; readonly ports: readonly { readonly port: number }[] }[]
}
const network = (manifests: readonly Manifest[], name: string) => specOf<Policy>(manifests, 'NetworkPolicy', name)
const app = (name: string) => ({ podSelector: { matchLabels: { app: name } } })
const podsIn = (namespace: string, name: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  ...app(name),
})

test('stores let in the collector alone; what they keep is read through the API server', () => {
  const ingressOf = (name: string) => network(kind, name).ingress?.map(({ from, ports }) => [from, ports.map(({ port }) => port)])
  expect(ingressOf('victoria-logs')).toEqual([[[app('otel-collector')], [9428]]])
  expect(ingressOf('jaeger')).toEqual([[[app('otel-collector')], [4317]]])
  expect(ingressOf('prometheus')).toBeUndefined()
  expect(network(kind, 'prometheus').egress).toEqual([{ to: [app('otel-collector')], ports: [expect.objectContaining({ port: 9464 })] }])
  expect(network(kind, 'victoria-logs').egress).toBeUndefined()
  expect(network(kind, 'jaeger').egress).toBeUndefined()
})

test.each(observed)('%s: the shop sends spans to the collector, which reads metrics of the agent, and only there', (target) => {
  const manifests = manifestsOf(target)
  for (const name of deployedWorkloads(settingsOf(target).cluster)) {
    expect(network(manifests, name).egress).toContainEqual({
      to: [podsIn(stores, 'otel-collector')],
      ports: [expect.objectContaining({ port: 4317 }), expect.objectContaining({ port: 4318 })],
    })
    expect(network(manifests, name).ingress).toContainEqual({
      from: [podsIn(stores, 'otel-collector')],
      ports: [expect.objectContaining({ port: 15020 })],
    })
  }
})

test('the edges of topology stay as they are', () => {
  const plain = manifestsOf('kind')
  for (const name of workloadNames) {
    const { ingress = [], egress = [] } = network(plain, name)
    expect(network(kind, name).ingress).toEqual(expect.arrayContaining([...ingress]))
    expect(network(kind, name).egress).toEqual(expect.arrayContaining([...egress]))
    expect(network(kind, name).ingress).toHaveLength(ingress.length + 1)
    expect(network(kind, name).egress).toHaveLength(egress.length + 1)
  }
})

test.each(observed)(
  '%s: services are told where to send spans; workloads of experiments are not, and show by their proxies alone',
  (target) => {
    const manifests = manifestsOf(target)
    for (const name of deployedWorkloads(settingsOf(target).cluster)) {
      const env = named(manifests, 'Deployment', name).spec?.template?.spec.containers[0]?.env ?? []
      const value = env.find((variable) => variable.name === 'OTEL_EXPORTER_OTLP_ENDPOINT')?.value
      expect(value, name).toBe(
        workload(name).role === 'shop' ? 'http://otel-collector.breakwater-observability.svc.cluster.local:4318' : undefined,
      )
    }
  },
)

test('one setting says how many traces are kept, to services and to proxies', () => {
  const percent = { 'kind-observability': 100, 'eks-observability': 5 } as const
  for (const target of observed) {
    const manifests = manifestsOf(target)
    const env = named(manifests, 'Deployment', 'orders').spec?.template?.spec.containers[0]?.env
    expect(env).toContainEqual({ name: 'OTEL_TRACES_SAMPLER_ARG', value: String(percent[target] / 100) })
    const { tracing } = specOf<{ tracing: { randomSamplingPercentage: number; match: { mode: string } }[] }>(
      manifests,
      'Telemetry',
      'default',
    )
    expect(tracing.map(({ match, randomSamplingPercentage }) => [match.mode, randomSamplingPercentage])).toEqual([
      ['CLIENT', percent[target]],
      ['SERVER', percent[target]],
    ])
  }
})

test.each(observed)('%s: one Telemetry holds for the namespace, because Istio takes no second one', (target) => {
  expect(manifestsOf(target).filter(({ kind }) => kind === 'Telemetry')).toHaveLength(1)
})

test('every proxy knows the collector, which the mesh configuration names with the same host and port', () => {
  for (const name of workloadNames)
    expect(specOf<{ egress: { hosts: string[] }[] }>(kind, 'Sidecar', name).egress[0]?.hosts).toContain(
      'breakwater-observability/otel-collector.breakwater-observability.svc.cluster.local',
    )
})

test('EKS: signed requests to the provider, in its network, with the identity of the collector', () => {
  const eks = manifestsOf('eks-observability')
  const { exporters, extensions, service } = config(eks, 'otel-collector')
  expect(exporters['otlp_http/logs']).toMatchObject({
    logs_endpoint: 'https://logs.eu-central-1.amazonaws.com/v1/logs',
    headers: { 'x-aws-log-group': '/breakwater/pods' },
    auth: { authenticator: 'sigv4auth/logs' },
  })
  expect(exporters['otlp_http/traces']).toMatchObject({ traces_endpoint: 'https://xray.eu-central-1.amazonaws.com/v1/traces' })
  expect(exporters.prometheusremotewrite).toMatchObject({ auth: { authenticator: 'sigv4auth/metrics' } })
  expect(extensions['sigv4auth/metrics']).toEqual({ region: 'eu-central-1', service: 'aps' })
  // An extension, receiver or exporter that nobody uses is not started, and nobody says so.
  expect(service.extensions.toSorted()).toEqual(Object.keys(extensions).toSorted())
  expect(network(eks, 'otel-collector').egress).toContainEqual({
    to: [{ ipBlock: { cidr: '169.254.170.23/32' } }],
    ports: [expect.objectContaining({ port: 80 })],
  })
})

test.each(observed)('%s: a changed configuration is a changed pod', (target) => {
  const annotations = manifestsOf(target)
    .filter(runsPods)
    .filter(({ metadata }) => ['otel-collector', 'node-logs'].includes(metadata.name))
    .map(
      ({ spec }) =>
        (spec?.template?.metadata as { annotations?: Record<string, string> } | undefined)?.annotations?.['breakwater.dev/files'],
    )
  expect(annotations).toEqual([expect.stringMatching(/^[0-9a-f]{12}$/), expect.stringMatching(/^[0-9a-f]{12}$/)])
})
