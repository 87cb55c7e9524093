import { Settings } from 'typebox/system'
import { expect, test } from 'vitest'
import { ManifestError, readManifests } from '../../../../mesh/envoy/read-manifests.ts'
import { outlier, route, rule, service } from './strangers.ts'

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'callee' },
  spec: { template: { metadata: { labels: {} }, spec: { containers: [] } } },
}
const messageOf = (objects: readonly unknown[]): readonly string[] => {
  try {
    readManifests(objects)
  } catch (error) {
    if (error instanceof ManifestError) return error.message.split('\n')
    throw error
  }
  return []
}

test('each kind is read in the versions that say the same', () => {
  const versions = ['v1', 'v1beta1', 'v1alpha3'].map((version) => `networking.istio.io/${version}`)
  for (const apiVersion of versions) {
    const { destinationRules, virtualServices } = readManifests([
      { ...rule({}), apiVersion },
      { ...route({}), apiVersion },
    ])
    expect([destinationRules.length, virtualServices.length], apiVersion).toEqual([1, 1])
  }
  const { deployments, services } = readManifests([deployment, { ...service({}), apiVersion: 'v1' }])
  expect([deployments.length, services.length]).toEqual([1, 1])
})

test("kinds of these names that are another group's decide nothing", () => {
  const others = [
    { ...deployment, apiVersion: 'example.com/apps/v1' },
    { ...service({}), apiVersion: 'serving.knative.dev/v1' },
    { ...service({}), apiVersion: 'v1beta' },
    { ...rule({}), apiVersion: 'example.com/v1' },
    { ...route({}), apiVersion: 'not.networking.istio.io' },
  ]
  expect(readManifests([...others, ...others, undefined, null, 'text'])).toEqual({
    deployments: [],
    pods: [],
    services: [],
    destinationRules: [],
    virtualServices: [],
    warnings: [],
  })
})

test('what Istio decides by and nobody renders is refused, whatever is missing of it', () => {
  const apiVersion = 'security.istio.io/v1'
  expect(messageOf([{ apiVersion, kind: 'AuthorizationPolicy', metadata: { name: 'deny' } }])).toEqual([
    'AuthorizationPolicy deny: security.istio.io/v1 AuthorizationPolicy is not rendered on the laptop. Remove it.',
  ])
  expect(messageOf([{ apiVersion }])).toEqual([
    'An object without a kind (without a name): security.istio.io/v1  is not rendered on the laptop. Remove it.',
  ])
  for (const strange of [`x${apiVersion}`, 'networking.istio.io/v1x', 'x.networking.istio.io/v1'])
    expect(messageOf([{ ...rule({}), apiVersion: strange }]), strange).toHaveLength(1)
})

test('one name may be declared in two namespaces, and for two kinds', () => {
  expect(messageOf([rule({}), rule({}, 'callee', 'elsewhere'), route({})])).toEqual([])
  expect(messageOf([rule({}), rule({}, 'callee'), rule({}, 'other')])).toEqual(['DestinationRule callee: is declared twice. Keep one.'])
  const account = { kind: 'ServiceAccount', metadata: { name: 'callee' } }
  expect(messageOf([account, account])).toEqual([])
})

test('a field is named by its path, whatever its name is', () => {
  expect(messageOf([rule({ subsets: [{ name: 'v1', labels: { 'a/b~c': 1 } }] })])).toEqual([
    'DestinationRule callee: spec.subsets.0.labels.a/b~c must be string',
  ])
  expect(messageOf([{ kind: 'Service' }])).toEqual(['Service (without a name): it must have required properties metadata, spec'])
})

test('more than eight faults of one object are told, and nobody else is left with that', () => {
  const before = Settings.Get().maxErrors
  const many = Array.from({ length: 20 }, (_, index) => ({ name: `v_${index}` }))
  expect(messageOf([rule({ subsets: many })])).toHaveLength(20)
  expect(Settings.Get().maxErrors).toBe(before)
})

test('a sentence is said once, and warnings are for rules alone', () => {
  expect(messageOf([rule({ host: '' }), { ...rule({ host: '' }, 'callee', 'elsewhere') }])).toEqual([
    'DestinationRule callee: spec.host must not be empty',
  ])
  expect(readManifests([outlier({ consecutiveErrors: 1 }), deployment]).warnings).toHaveLength(1)
})
