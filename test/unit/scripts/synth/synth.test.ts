import { expect, test } from 'vitest'
import { targets } from '../../../../cdk8s/settings/targets.ts'
import { deployedWorkloads } from '../../../../cdk8s/workloads.ts'
import { synth } from '../../../../scripts/synth/synth.ts'
import { dataNamespace, nodeLogsNamespace, observabilityNamespace } from '../../../../services/shared/contracts/deployment.ts'
import { namespace } from '../../../../services/shared/contracts/topology.ts'
import { manifestsOf, named, settingsOf } from './manifests.ts'

const kinds = (target: 'local' | 'kind' | 'eks') => new Set(manifestsOf(target).map(({ kind }) => kind))
const everyTarget = targets.map(({ target }) => target)

test('the laptop gets workloads, breakers and routes, and nothing that only a cluster understands', () => {
  expect(kinds('local')).toEqual(new Set(['Deployment', 'Service', 'DestinationRule', 'VirtualService']))
})

test('kind brings its data stores, EKS points to managed ones', () => {
  expect(kinds('kind').has('StatefulSet')).toBe(true)
  expect(kinds('kind').has('ServiceEntry')).toBe(false)
  expect(kinds('eks').has('StatefulSet')).toBe(false)
  expect(kinds('eks').has('ServiceEntry')).toBe(true)
})

test('breakers and routes are the same everywhere, but for the share of hosts that may be ejected, which follows the replicas', () => {
  const policy = (target: 'local' | 'kind' | 'eks') =>
    manifestsOf(target)
      .filter(({ kind, metadata }) => kind === 'DestinationRule' || (kind === 'VirtualService' && metadata.name !== 'ingress'))
      .map(({ kind, metadata: { name }, spec }) => ({ kind, name, spec }))
  const ofShop = policy('local').filter(({ name }) => name !== 'httpbin' && name !== 'identity')
  const withoutShare = (manifests: readonly object[]) => JSON.stringify(manifests).replaceAll(/"maxEjectionPercent":\d+/g, '')
  expect(ofShop.length).toBeGreaterThan(0)
  expect(policy('kind')).toEqual(policy('local'))
  expect(withoutShare(policy('eks'))).toEqual(withoutShare(ofShop))
})

test.each(everyTarget)('%s: every workload of topology is deployed, with the versions to come, which have no pods yet', (target) => {
  const deployed = manifestsOf(target).filter(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.namespace !== observabilityNamespace,
  )
  const toCome = ['catalog-v2']
  const expected = deployedWorkloads(settingsOf(target).cluster)
  expect(deployed.map(({ metadata }) => metadata.name).toSorted()).toEqual([...expected, ...toCome].toSorted())
  for (const name of toCome) expect(named(deployed, 'Deployment', name).spec?.replicas).toBe(0)
})

test.each(everyTarget)('%s: all is in our namespaces, and no two objects of a kind share a name', (target) => {
  const manifests = manifestsOf(target)
  const clusterWide = ['Namespace', 'StorageClass']
  // An EnvoyFilter must be where its proxy is: Istio's ingress gateway is not ours, but customers come through it.
  const atTheIngress = 'EnvoyFilter/breakwater-edge'
  const elsewhere = manifests.filter(({ metadata }) => metadata.namespace === 'istio-system')
  expect(elsewhere.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual(target === 'local' ? [] : [atTheIngress])
  for (const { kind, metadata } of manifests.filter((manifest) => !clusterWide.includes(manifest.kind) && !elsewhere.includes(manifest))) {
    expect([namespace, dataNamespace, observabilityNamespace, nodeLogsNamespace], `${kind}/${metadata.name}`).toContain(metadata.namespace)
  }
  const keys = manifests.map(({ kind, metadata }) => `${kind}/${metadata.namespace}/${metadata.name}`)
  expect(new Set(keys).size).toBe(keys.length)
})

test('the data stores have a namespace of their own, in kind only', () => {
  const inDataNamespace = (target: 'kind' | 'eks') =>
    manifestsOf(target).filter(({ kind, metadata }) => kind === 'StatefulSet' && metadata.namespace === dataNamespace)
  expect(inDataNamespace('kind').map(({ metadata }) => metadata.name)).toEqual(['kafka', 'postgres'])
  expect(manifestsOf('eks').filter(({ metadata }) => metadata.namespace === dataNamespace)).toEqual([])
})

test.each(everyTarget)('%s: the same settings synthesize the same bytes', (target) => {
  expect(synth(settingsOf(target))).toEqual(synth(settingsOf(target)))
})

test('a folder is applied in the order of its names: namespaces, data, policies, workloads', () => {
  const names = [...synth(settingsOf('kind')).keys()]
  for (const [name, stage] of [
    ['namespace', 0],
    ['data-namespace', 0],
    ['kafka', 1],
    ['mesh-catalog', 2],
    ['mesh-wide', 2],
    ['catalog', 3],
  ])
    expect(names).toContain(`${stage}-${name}.yaml`)
})
