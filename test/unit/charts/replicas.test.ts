import { expect, test } from 'vitest'
import { deployedWorkloads, replicasOf } from '../../../cdk8s/workloads.ts'
import { synth } from '../../../scripts/synth/synth.ts'
import { type WorkloadName, workload, workloadNames } from '../../../services/shared/contracts/topology.ts'
import { manifestsOf, named, parsed, settingsOf, specOf } from '../scripts/synth/manifests.ts'

const ofShop = workloadNames.filter((name) => workload(name).role === 'shop')
const autoscalers = (target: 'kind' | 'eks') => manifestsOf(target).filter(({ kind }) => kind === 'HorizontalPodAutoscaler')

test('EKS: an autoscaler says how many replicas of the shop run, so their Deployments do not', () => {
  const eks = manifestsOf('eks')
  expect(
    autoscalers('eks')
      .map(({ metadata }) => metadata.name)
      .toSorted(),
  ).toEqual(ofShop.toSorted())
  for (const name of ofShop) {
    expect(specOf<{ minReplicas: number; maxReplicas: number }>(eks, 'HorizontalPodAutoscaler', name)).toMatchObject({
      minReplicas: Math.max(2, workload(name).replicas),
      maxReplicas: 6,
      scaleTargetRef: { kind: 'Deployment', name },
    })
    expect(named(eks, 'Deployment', name).spec?.replicas).toBeUndefined()
  }
})

test('experiments run with the replicas that topology gives them, where they are asked for', () => {
  const { cluster, ...eks } = settingsOf('eks')
  if (!cluster) throw new Error('EKS is a cluster.')
  const manifests = parsed(synth({ ...eks, cluster: { ...cluster, chaosTools: true } }))
  for (const name of workloadNames.filter((name) => workload(name).role === 'experiment')) {
    expect(named(manifests, 'Deployment', name).spec?.replicas).toBe(workload(name).replicas)
  }
  expect(specOf(manifests, 'DestinationRule', 'httpbin')).toBeDefined()
  expect(specOf(manifests, 'EnvoyFilter', 'inbound-fault')).toBeDefined()
})

test('EKS has nothing of experiments: no workload, no fault filter, and nobody is let in for them', () => {
  const eks = synth(settingsOf('eks'))
  for (const word of ['probe', 'httpbin', 'envoy.filters.http.fault'])
    for (const [file, yaml] of eks) expect(yaml.replaceAll(/(readiness|liveness|startup)Probe/g, ''), file).not.toContain(word)
})

test.each(['local', 'kind', 'eks'] as const)(
  '%s: every breaker ejects one of its replicas and never all, unless there is only one',
  (target) => {
    const rules = manifestsOf(target).filter(({ kind }) => kind === 'DestinationRule')
    expect(rules.length).toBeGreaterThan(5)
    for (const { metadata, spec } of rules) {
      const { least } = replicasOf(metadata.name as WorkloadName, settingsOf(target))
      const { trafficPolicy } = spec as unknown as { trafficPolicy: { outlierDetection: { maxEjectionPercent: number } } }
      const percent = trafficPolicy.outlierDetection.maxEjectionPercent
      expect(percent, metadata.name).toBeGreaterThanOrEqual(100 / least)
      if (least > 1) expect(percent, metadata.name).toBeLessThan(100)
    }
  },
)

test('kind has nothing that measures, so Deployments say it', () => {
  expect(autoscalers('kind')).toEqual([])
  for (const name of ofShop) expect(named(manifestsOf('kind'), 'Deployment', name).spec?.replicas).toBe(workload(name).replicas)
})

test.each(['kind', 'eks'] as const)('%s: one pod of a workload at a time may be taken away, and its pods are spread', (target) => {
  const manifests = manifestsOf(target)
  for (const name of deployedWorkloads(settingsOf(target).cluster)) {
    expect(specOf(manifests, 'PodDisruptionBudget', name)).toMatchObject({ maxUnavailable: 1, selector: { matchLabels: { app: name } } })
    const topologyKey = target === 'kind' ? 'kubernetes.io/hostname' : 'topology.kubernetes.io/zone'
    expect(named(manifests, 'Deployment', name).spec?.template?.spec).toMatchObject({
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey }],
      terminationGracePeriodSeconds: 30,
    })
  }
})

test('namespaces: the shop is restricted and in the mesh, the data stores are neither, and only their init container may own files', () => {
  const labels = (name: string) => named(manifestsOf('kind'), 'Namespace', name).metadata.labels
  expect(labels('breakwater')).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted', 'istio-injection': 'enabled' })
  expect(labels('breakwater-data')).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'baseline', 'istio-injection': 'disabled' })
  for (const store of ['kafka', 'postgres']) {
    const spec = named(manifestsOf('kind'), 'StatefulSet', store).spec?.template?.spec
    expect(spec).toMatchObject({
      initContainers: [{ name: 'own-the-volume', securityContext: { runAsUser: 0, capabilities: { drop: ['ALL'], add: ['CHOWN'] } } }],
      securityContext: { runAsNonRoot: true },
      containers: [{ securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } } }],
    })
  }
})
