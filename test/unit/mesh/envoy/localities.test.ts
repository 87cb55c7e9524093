import { expect, test } from 'vitest'
import type { Json } from '../../../../mesh/envoy/input.ts'
import { renderEnvoy } from '../../../../mesh/envoy/render-envoy.ts'
import { input } from './destination.ts'
import { rule } from './strangers.ts'

/** Pods of `callee` by their place; the first is the caller's own. */
const inPlaces = (places: readonly string[], trafficPolicy: object | undefined, more: readonly Readonly<Record<string, string>>[] = []) => {
  const pods = places.map((place, replica) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `callee-${replica}`, namespace: 'shop', labels: { ...(place && { 'istio-locality': place }), ...more[replica] } },
  }))
  const given = input([...pods, ...(trafficPolicy ? [rule({ trafficPolicy })] : [])])
  const instances = places.map((_, replica) => ({ workload: 'callee', replica, host: '127.0.0.1', inboundPort: 9000 + replica }))
  return renderEnvoy({ ...given, instances })
}

/** Each group of endpoints: place, replicas, priority, weight. */
const groupsOf = ({ endpoints: [assignment] }: ReturnType<typeof renderEnvoy>) =>
  ((assignment?.endpoints ?? []) as Json[]).map(({ locality = {}, lb_endpoints, priority = 0, load_balancing_weight: weight }) => [
    Object.values(locality as object).join('/'),
    (lb_endpoints as { endpoint: { address: { socket_address: { port_value: number } } } }[])
      .map(({ endpoint }) => endpoint.address.socket_address.port_value - 9000)
      .join(),
    priority,
    weight,
  ])
const commonLbConfig = ({ clusters: [cluster] }: ReturnType<typeof renderEnvoy>) => cluster?.common_lb_config as Json

const outlierDetection = { consecutive5xxErrors: 1 }
const places = ['r1.z1.s1', 'r1.z1.s1', 'r1.z1.s2', 'r1.z2', 'r2.z1', 'r3.z1']

test('without places and without a setting all endpoints are one group, as before', () => {
  const [assignment] = inPlaces(['', ''], { outlierDetection }).endpoints
  expect(assignment?.endpoints).toEqual([{ lb_endpoints: [expect.anything(), expect.anything()] }])
})

test('without an ejection nobody is preferred: Envoy would never leave its own zone', () => {
  expect(groupsOf(inPlaces(['r1.z1', 'r1.z2'], undefined))).toEqual([
    ['r1/z1', '0', 0, 1],
    ['r1/z2', '1', 0, 1],
  ])
})

test('with an ejection the nearest come first, without being asked and without a gap', () => {
  const rendered = inPlaces(places, { outlierDetection })
  expect(groupsOf(rendered)).toEqual([
    ['r1/z1/s1', '0,1', 0, 2],
    ['r1/z1/s2', '2', 1, 1],
    ['r1/z2', '3', 2, 1],
    ['r2/z1', '4', 3, 1],
    ['r3/z1', '5', 3, 1],
  ])
  expect(commonLbConfig(rendered)).not.toHaveProperty('locality_weighted_lb_config')
})

test('switched off, nobody is preferred', () => {
  const policy = { outlierDetection, loadBalancer: { localityLbSetting: { enabled: false, failoverPriority: ['version'] } } }
  const rendered = inPlaces(['r1.z1', 'r1.z2'], policy)
  expect(groupsOf(rendered).map(([, , priority]) => priority)).toEqual([0, 0])
  expect(commonLbConfig(rendered)).not.toHaveProperty('locality_weighted_lb_config')
})

test('failover: of other regions the named one comes first', () => {
  const failover = [{ from: 'r1', to: 'r3' }]
  const rendered = inPlaces(places, { outlierDetection, loadBalancer: { localityLbSetting: { failover } } })
  expect(groupsOf(rendered).map(([place, , priority]) => [place, priority])).toEqual([
    ['r1/z1/s1', 0],
    ['r1/z1/s2', 1],
    ['r1/z2', 2],
    ['r2/z1', 4],
    ['r3/z1', 3],
  ])
  expect(commonLbConfig(rendered)).toHaveProperty('locality_weighted_lb_config', {})
})

test('failoverPriority: the more labels from the first on are the same, the earlier; a place may be split', () => {
  const failoverPriority = ['topology.kubernetes.io/zone', 'version=v2']
  const loadBalancer = { localityLbSetting: { failoverPriority } }
  const versions = ['v1', 'v2', 'v2'].map((version) => ({ version }))
  const rendered = inPlaces(['r1.z1', 'r1.z1', 'r1.z2'], { outlierDetection, loadBalancer }, versions)
  expect(groupsOf(rendered)).toEqual([
    ['r1/z1', '1', 0, 1],
    ['r1/z1', '0', 1, 1],
    ['r1/z2', '2', 2, 1],
  ])
})

test('failoverPriority and failover: the labels first, then the regions', () => {
  const localityLbSetting = { failoverPriority: ['version'], failover: [{ from: 'r1', to: 'r3' }] }
  const versions = ['v1', 'v2', 'v1', 'v1'].map((version) => ({ version }))
  const rendered = inPlaces(['r1.z1', 'r1.z1', 'r2.z1', 'r3.z1'], { outlierDetection, loadBalancer: { localityLbSetting } }, versions)
  expect(groupsOf(rendered).map(([, replicas, priority]) => [replicas, priority])).toEqual([
    ['0', 0],
    ['1', 3],
    ['2', 2],
    ['3', 1],
  ])
})

test('failover without an ejection does nothing, and that is said', () => {
  const rendered = inPlaces(['r1.z1', 'r2.z1'], { loadBalancer: { localityLbSetting: { failover: [{ from: 'r1', to: 'r2' }] } } })
  expect(groupsOf(rendered).map(([, , priority]) => priority)).toEqual([0, 0])
  expect(rendered.warnings).toEqual([expect.stringContaining('fails over nowhere without an outlierDetection')])
})

test('distribute: shares by place, a wildcard is for the rest, and a place that is not named gets nothing', () => {
  const distribute = [
    { from: 'r9/*', to: { 'r1/*': 100 } },
    { from: 'r1/z1/*', to: { 'r1/z1/*': 70, 'r1/z2': 20, 'r2/*': 10 } },
  ]
  const rendered = inPlaces(places, { loadBalancer: { localityLbSetting: { distribute } } })
  expect(groupsOf(rendered)).toEqual([
    ['r1/z1/s1', '0,1', 0, 47],
    ['r1/z1/s2', '2', 0, 24],
    ['r1/z2', '3', 0, 20],
    ['r2/z1', '4', 0, 10],
    ['r3/z1', '', 0, 1],
  ])
  expect(commonLbConfig(rendered)).toHaveProperty('locality_weighted_lb_config', {})
})

test('distribute of other places is not for this caller', () => {
  const rendered = inPlaces(['r1.z1', 'r1.z2'], {
    loadBalancer: { localityLbSetting: { distribute: [{ from: 'r2/*', to: { '*': 100 } }] } },
  })
  expect(groupsOf(rendered).map(([, , , weight]) => weight)).toEqual([1, 1])
})

test("the template's label is every replica's, a pod's own comes before it", () => {
  const [given, ...others] = input([]).manifests as { spec: { template: { metadata: { labels: Record<string, string> } } } }[]
  const labels = { ...given?.spec.template.metadata.labels, 'istio-locality': 'r1.z1' }
  const template = { ...given, spec: { template: { ...given?.spec.template, metadata: { labels } } } }
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'callee-1', namespace: 'shop', labels: { 'istio-locality': 'r1.z2' } } }
  const instances = [0, 1].map((replica) => ({ workload: 'callee', replica, host: '127.0.0.1', inboundPort: 9000 + replica }))
  const rendered = renderEnvoy({
    ...input([]),
    manifests: [template, ...others, pod, rule({ trafficPolicy: { outlierDetection } })],
    instances,
  })
  expect(groupsOf(rendered)).toEqual([
    ['r1/z1', '0', 0, 1],
    ['r1/z2', '1', 1, 1],
  ])
})

test('labels of a pod that no Deployment has are for nobody', () => {
  const stray = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'calle-0', namespace: 'shop', labels: {} } }
  expect(() => renderEnvoy(input([stray]))).toThrow('Pod calle-0: no Deployment has replicas of this name.')
})

const refused = (localityLbSetting: object) => () => renderEnvoy(input([rule({ trafficPolicy: { loadBalancer: { localityLbSetting } } })]))
const distribute = (to: object, from = 'r1') => ({ distribute: [{ from, to }] })
test.each<[string, object, string]>([
  ['both', { ...distribute({ r1: 100 }), failover: [{ from: 'a', to: 'b' }] }, 'cannot have both'],
  [
    'a region twice',
    { failover: [{ from: 'a', to: 'b' }], failoverPriority: ['topology.kubernetes.io/region'] },
    'cannot have failover and topology.kubernetes.io/region',
  ],
  ['a share of 0', distribute({ r1: 0, r2: 100 }), 'shares from 1 to 100'],
  ['less than all', distribute({ r1: 90 }), 'must distribute 100 in all, not 90'],
  ['a wildcard in the middle', distribute({ 'r1/*/s': 100 }), 'wildcard must be at its end'],
  ['an empty part', distribute({ 'r1//s': 100 }), 'with an empty part'],
  ['no source', distribute({ r1: 100 }, ''), 'with an empty part'],
  ['an overlap', distribute({ 'r1/z1': 50, r1: 50 }), 'r1, which overlaps'],
  ['more after a wildcard', distribute({ 'r1/*': 50, 'r1/z1': 50 }), 'r1/z1, which overlaps'],
  ['to itself', { failover: [{ from: 'a', to: 'a' }] }, 'must fail over to another region'],
  ['a zone', { failover: [{ from: 'a', to: 'b/c' }] }, 'from region to region'],
  ['a wildcard region', { failover: [{ from: 'a', to: '*' }] }, 'without a wildcard'],
])('%s is refused, as Istio does', (_, setting, message) => {
  expect(refused(setting)).toThrow(message)
})

test('a wildcard for the rest is taken', () => {
  expect(refused(distribute({ 'r1/z1': 50, 'r1/*': 50 }, '*'))).not.toThrow()
})
