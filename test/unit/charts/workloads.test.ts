import { expect, test } from 'vitest'
import { deployedWorkloads } from '../../../cdk8s/workloads.ts'
import { workload, workloadNames } from '../../../services/shared/contracts/topology.ts'
import { manifestsOf, named, settingsOf } from '../scripts/synth/manifests.ts'

const targets = ['local', 'kind', 'eks'] as const

test.each(targets)('%s: every pod runs restricted, under its own name, with probes and no floating image', (target) => {
  const manifests = manifestsOf(target)
  for (const name of deployedWorkloads(settingsOf(target).cluster)) {
    const pod = named(manifests, 'Deployment', name).spec?.template?.spec
    expect(pod?.serviceAccountName).toBe(name)
    expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
    expect(pod?.containers).toHaveLength(1)
    for (const container of pod?.containers ?? []) {
      expect(container).toMatchObject({
        image: expect.stringMatching(/\/[a-z-]+:(?!latest$).+$/),
        startupProbe: { httpGet: { path: '/healthz', port: 'http' } },
        livenessProbe: { httpGet: { path: '/healthz', port: 'http' } },
        readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
        resources: { requests: { cpu: expect.any(String), memory: expect.any(String) }, limits: { memory: expect.any(String) } },
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      })
    }
  }
})

test.each(targets)('%s: a Service finds the pods of its Deployment, and the Deployment its own', (target) => {
  const manifests = manifestsOf(target)
  for (const name of deployedWorkloads(settingsOf(target).cluster)) {
    const { template, selector } = named(manifests, 'Deployment', name).spec ?? {}
    expect(template?.metadata.labels).toMatchObject(selector?.matchLabels ?? { never: 'empty' })
    expect(template?.metadata.labels).toMatchObject({ app: named(manifests, 'Service', name).spec?.selector?.app })
    expect(named(manifests, 'Service', name).spec?.ports).toEqual([{ name: 'http', port: 80, targetPort: 'http' }])
  }
})

test('the laptop runs sources and as many replicas as topology says', () => {
  const manifests = manifestsOf('local')
  for (const name of workloadNames) {
    const { replicas, template } = named(manifests, 'Deployment', name).spec ?? {}
    expect(replicas).toBe(workload(name).replicas)
    expect(template?.spec.containers[0]?.command).toEqual(['node', `services/${name}/main.ts`])
  }
})

test('a container is told what its workload needs and no more', () => {
  const manifests = manifestsOf('kind')
  const variables = (name: string) =>
    named(manifests, 'Deployment', name).spec?.template?.spec.containers[0]?.env?.map((variable) => variable.name)
  expect(variables('gateway')).toEqual(['PORT', 'LOG_LEVEL', 'POD_NAME', 'KAFKA_BROKERS', 'JWT_ISSUER', 'JWT_AUDIENCE', 'STATE_FILE'])
  expect(variables('identity')).toEqual(['PORT', 'LOG_LEVEL', 'POD_NAME', 'IDENTITY_FOLDER'])
  expect(variables('orders')).toEqual(['PORT', 'LOG_LEVEL', 'POD_NAME', 'KAFKA_BROKERS'])
  expect(variables('order-history')).toEqual(['PORT', 'LOG_LEVEL', 'POD_NAME', 'KAFKA_BROKERS', 'DATABASE_URL'])
  expect(variables('httpbin')).toEqual(['PORT', 'LOG_LEVEL', 'POD_NAME', 'CONTROL_PORT'])
})

test.each(['kind', 'eks'] as const)('%s: the database URL comes from a Secret, and no manifest holds one', (target) => {
  const manifests = manifestsOf(target)
  const env = named(manifests, 'Deployment', 'order-history').spec?.template?.spec.containers[0]?.env
  expect(env).toContainEqual({ name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'order-history-database', key: 'url' } } })
  expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([])
})
