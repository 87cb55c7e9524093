import { expect, test } from 'vitest'
import type { ClusterSettings } from '../../../cdk8s/settings/settings.ts'
import { synth } from '../../../scripts/synth/synth.ts'
import { type Manifest, manifestsOf, named, parsed, settingsOf, specOf } from '../scripts/synth/manifests.ts'

function manifestsWith(target: 'kind' | 'eks', more: Partial<ClusterSettings>): Manifest[] {
  const { cluster, ...settings } = settingsOf(target)
  if (!cluster) throw new Error(`${target} is a cluster.`)
  return parsed(synth({ ...settings, cluster: { ...cluster, ...more } }))
}

interface Pods {
  readonly template: {
    readonly spec: {
      readonly securityContext: object
      readonly containers: readonly {
        readonly image: string
        readonly command?: readonly string[]
        readonly env: readonly object[]
        readonly securityContext: object
      }[]
    }
  }
}
const containerOf = (manifests: readonly Manifest[], kind: 'Deployment' | 'StatefulSet', name: string) => {
  const [container] = specOf<Pods>(manifests, kind, name).template.spec.containers
  if (!container) throw new Error(`${name} has no container.`)
  return container
}
const redisUrl = (manifests: readonly Manifest[]) =>
  containerOf(manifests, 'Deployment', 'gateway').env.find((variable) => 'name' in variable && variable.name === 'REDIS_URL')

test('without the setting there is no Redis, and the gateway asks none', () => {
  for (const target of ['local', 'kind', 'eks'] as const) {
    expect(manifestsOf(target).filter(({ metadata }) => metadata.name === 'redis')).toEqual([])
    expect(redisUrl(manifestsOf(target))).toBeUndefined()
  }
})

test('with it one runs in the cluster, restricted, and only the gateway reaches it', () => {
  const manifests = manifestsWith('kind', { redis: { image: 'redis:7' } })
  const store = containerOf(manifests, 'StatefulSet', 'redis')
  expect(store).toMatchObject({
    image: 'redis:7',
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  })
  expect(store.command?.join(' ')).toContain('--maxmemory-policy noeviction')
  expect(specOf<Pods>(manifests, 'StatefulSet', 'redis').template.spec.securityContext).toMatchObject({
    runAsNonRoot: true,
    runAsUser: 999,
  })
  expect(specOf(manifests, 'NetworkPolicy', 'redis')).toMatchObject({
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'gateway' } } }], ports: [{ port: 6379 }] }],
  })
  expect(specOf(manifests, 'NetworkPolicy', 'redis')).not.toHaveProperty('egress')
  expect(JSON.stringify(specOf(manifests, 'NetworkPolicy', 'gateway'))).toContain('"port":6379')
  expect(JSON.stringify(specOf(manifests, 'Sidecar', 'gateway'))).toContain('breakwater-data/redis.breakwater-data.svc.cluster.local')
  for (const other of ['catalog', 'orders']) {
    expect(JSON.stringify(specOf(manifests, 'NetworkPolicy', other))).not.toContain('"port":6379')
    expect(JSON.stringify(specOf(manifests, 'Sidecar', other))).not.toContain('redis')
  }
  expect(redisUrl(manifests)).toEqual({ name: 'REDIS_URL', value: 'redis://redis.breakwater-data.svc.cluster.local:6379' })
})

test('a managed one is named among the external stores; its address, which has a password, is in a Secret', () => {
  const { cluster } = settingsOf('eks')
  const managed = {
    kind: 'redis' as const,
    name: 'gateway-redis',
    host: 'counters.example.cache.amazonaws.com',
    port: 6379,
    network: '192.168.0.0/16',
  }
  const manifests = manifestsWith('eks', { externalStores: [...(cluster?.externalStores ?? []), managed] })
  expect(redisUrl(manifests)).toEqual({ name: 'REDIS_URL', valueFrom: { secretKeyRef: { name: 'gateway-redis', key: 'url' } } })
  expect(named(manifests, 'ServiceEntry', 'gateway-redis')).toBeDefined()
  expect(JSON.stringify(specOf(manifests, 'Sidecar', 'gateway'))).toContain(managed.host)
  expect(JSON.stringify(specOf(manifests, 'NetworkPolicy', 'gateway'))).toContain('"port":6379')
  expect(JSON.stringify(specOf(manifests, 'NetworkPolicy', 'orders'))).not.toContain('"port":6379')
})
