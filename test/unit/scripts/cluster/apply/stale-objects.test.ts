import { readFileSync } from 'node:fs'
import type { KubernetesObject } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { fieldManager } from '../../../../../scripts/cluster/apply/field-manager.ts'
import { prunableKinds, staleObjects } from '../../../../../scripts/cluster/apply/stale-objects.ts'
import { applySetLabel } from '../../../../../services/shared/contracts/topology.ts'
import { manifestsOf } from '../../synth/manifests.ts'

const byUs = [{ manager: fieldManager, operation: 'Apply' }]
interface Changes {
  readonly set?: string
  readonly metadata?: KubernetesObject['metadata']
  readonly spec?: object
}
const object = (kind: string, name: string, { set = 'shop', metadata, spec }: Changes = {}): KubernetesObject & { spec?: object } => ({
  kind,
  metadata: { name, namespace: 'breakwater', labels: { [applySetLabel]: set }, managedFields: byUs, ...metadata },
  ...(spec && { spec }),
})
const declared = [object('NetworkPolicy', 'orders'), object('Deployment', 'orders')]
const stale = (...found: KubernetesObject[]) => staleObjects(found, declared).map(({ kind, metadata }) => `${kind}/${metadata?.name}`)

test('what was applied once and is declared no longer is stale', () => {
  const found = [...declared, object('NetworkPolicy', 'basket'), object('AuthorizationPolicy', 'orders'), object('Deployment', 'basket')]
  expect(stale(...found)).toEqual(['NetworkPolicy/basket', 'AuthorizationPolicy/orders', 'Deployment/basket'])
  const elsewhere = object('NetworkPolicy', 'orders', { metadata: { namespace: 'breakwater-data', labels: { [applySetLabel]: 'shop' } } })
  expect(stale({ ...elsewhere, metadata: { ...elsewhere.metadata, managedFields: byUs } })).toEqual(['NetworkPolicy/orders'])
})

test.each<[string, KubernetesObject]>([
  ['without our label', object('NetworkPolicy', 'theirs', { metadata: { name: 'theirs', labels: {} } })],
  [
    'a copy of ours that somebody else made',
    object('Service', 'copy', { metadata: { name: 'copy', managedFields: [{ manager: 'kubectl' }] } }),
  ],
  ['of a stage that was not asked for', object('Deployment', 'prometheus', { set: 'observability' })],
  [
    'made by a controller of ours',
    object('Job', 'child', { metadata: { name: 'child', ownerReferences: [{ apiVersion: '', kind: '', name: '', uid: '' }] } }),
  ],
  ['under removal already', object('Service', 'going', { metadata: { name: 'going', deletionTimestamp: new Date(0) } })],
  [
    'a canary that runs',
    object('Deployment', 'orders-v2', { spec: { replicas: 2, template: { metadata: { labels: { version: 'v2' } } } } }),
  ],
])('%s: it stays', (_, found) => {
  expect(stale(found)).toEqual([])
})

test('a version to come without pods goes when it is declared no longer', () => {
  const spec = { replicas: 0, template: { metadata: { labels: { version: 'v2' } } } }
  expect(stale(object('Deployment', 'orders-v2', { spec }))).toEqual(['Deployment/orders-v2'])
})

test.each(['kind', 'eks'] as const)(
  '%s: every object is labelled, and of each kind one can be removed, but for those that hold what cannot be made again',
  (target) => {
    const kept = ['Namespace', 'StorageClass']
    const kinds: string[] = prunableKinds.map(({ kind }) => kind)
    for (const { kind, apiVersion, metadata } of manifestsOf(target)) {
      expect(metadata.labels?.[applySetLabel], `${kind}/${metadata.name}`).toBe('shop')
      if (!kept.includes(kind)) expect(prunableKinds).toContainEqual({ apiVersion, kind })
    }
    for (const kind of [...kept, 'Secret', 'PersistentVolume', 'PersistentVolumeClaim']) expect(kinds).not.toContain(kind)
  },
)

test('the laptop applies nothing, so nothing is labelled there', () => {
  expect(JSON.stringify(manifestsOf('local'))).not.toContain(applySetLabel)
})

test('who uses kubectl is given the command that removes the same kinds', () => {
  const page = readFileSync(new URL('../../../../../scripts/cluster/eks/README.md', import.meta.url), 'utf8')
  const listed = [...page.matchAll(/--prune-allowlist=(\S+)/g)].map(([, kind]) => kind)
  expect(page).toContain(`--prune -l ${applySetLabel}=shop`)
  expect(listed).toEqual(prunableKinds.map(({ apiVersion, kind }) => `${apiVersion === 'v1' ? 'core/v1' : apiVersion}/${kind}`))
})
