import { expect, test } from 'vitest'
import { explain } from '../../../../../../scripts/experiments/core/explain/explain.ts'
import { ruleInForce } from '../../../../../../scripts/experiments/core/explain/rule-in-force.ts'
import type { Situation } from '../../../../../../scripts/experiments/core/explain/situation.ts'
import { destinationRule, situation, virtualService } from './situations.ts'

const right = { outlierDetection: { consecutive5xxErrors: 3, interval: '1s', baseEjectionTime: '5s', maxEjectionPercent: 50 } }
/** Works as well, and says something else: nothing but the overriding is wrong. */
const other = { outlierDetection: { ...right.outlierDetection, consecutive5xxErrors: 9 } }
const from = (namespace: string, labels = {}) => ({ caller: { namespace, labels, replicas: 1 } })

const named = (name: string, trafficPolicy: object | undefined, at: object = {}, spec: object = {}) =>
  destinationRule({ ...(trafficPolicy && { trafficPolicy }), ...spec }, { name, ...at })
const reasons = (policies: Situation['policies'], part: Partial<Situation> = {}) => explain(situation({ policies, ...part }))
const inForce = (policies: Situation['policies'], part: Partial<Situation> = {}) =>
  ruleInForce(situation({ policies, ...part })).rules.map(({ metadata }) => metadata.name)

test('of two rules for one host the older one has its policy taken, whole', () => {
  const older = named('a', right, { creationTimestamp: '2026-01-01T00:00:00Z' })
  const newer = named('b', other, { creationTimestamp: new Date('2026-02-01') })
  expect(reasons([newer, older])).toEqual([
    {
      field: 'DestinationRule shop/b: spec.trafficPolicy.outlierDetection',
      because: 'DestinationRule shop/a is for the same host and comes first: of several rules one trafficPolicy is taken, whole.',
      wouldWork: 'one DestinationRule for the host, with all that both say',
    },
  ])
  expect(reasons([older, named('b', right)])).toEqual([])
  expect(reasons([older, named('b', undefined, {}, { subsets: [{ name: 'v1' }] })])).toEqual([])
})

test('a policy without the block still keeps the other one out', () => {
  const older = named('a', { connectionPool: { tcp: { maxConnections: 5 } } }, { creationTimestamp: '2026-01-01T00:00:00Z' })
  const found = reasons([older, named('b', right, { creationTimestamp: '2026-02-01T00:00:00Z' })])
  expect(found.map(({ field }) => field)).toEqual(['DestinationRule shop/b: spec.trafficPolicy.outlierDetection'])
})

test("the caller's namespace is asked before the service's, and that before the root namespace", () => {
  const mine = named('mine', right, { namespace: 'web' }, { host: 'reviews.shop.svc.cluster.local' })
  const theirs = named('theirs', other)
  const root = named('root', other, { namespace: 'istio-system' }, { host: '*.svc.cluster.local' })
  expect(inForce([root, theirs, mine], from('web'))).toEqual(['mine'])
  expect(inForce([root, theirs, mine], from('elsewhere'))).toEqual(['theirs'])
  expect(inForce([root, mine], from('elsewhere'))).toEqual(['root'])
  expect(inForce([root, theirs], from('istio-system'))).toEqual(['theirs'])
  expect(inForce([root], { ...from('elsewhere'), rootNamespace: 'other-root' })).toEqual([])
  expect(reasons([mine, theirs], from('web'))).toEqual([
    {
      field: 'DestinationRule shop/theirs: metadata.namespace',
      because:
        'DestinationRule web/mine is found first: Istio looks in web, then shop, then istio-system, and merges no rules of several namespaces.',
      wouldWork: 'its policy in DestinationRule web/mine',
    },
  ])
  expect(reasons([mine], from('web'))).toEqual([])
})

test('a rule in a namespace that is not asked is none', () => {
  const stray = named('stray', right, { namespace: 'policies' }, { host: 'reviews.shop.svc.cluster.local' })
  expect(inForce([stray])).toEqual([])
  expect(reasons([stray])).toEqual([
    expect.objectContaining({ field: 'DestinationRule policies/stray: metadata.namespace', wouldWork: 'the rule in shop' }),
  ])
})

test('exportTo keeps a rule from callers', () => {
  const exported = (...exportTo: string[]) => named('reviews', right, {}, { exportTo })
  expect(reasons([exported('.')], from('web'))).toEqual([
    {
      field: 'DestinationRule shop/reviews: spec.exportTo',
      because: 'it is exported to . (. is its own namespace shop), and the caller is in web.',
      wouldWork: 'exportTo: ["*"], or web in the list',
    },
  ])
  for (const seen of [exported('*'), exported('web'), exported()]) expect(reasons([seen], from('web'))).toEqual([])
  expect(reasons([exported('.')])).toEqual([])
})

test('rules that are exported differently are not merged', () => {
  const all = named('a', right, { creationTimestamp: '2026-01-01T00:00:00Z' })
  const own = named('b', other, { creationTimestamp: '2026-02-01T00:00:00Z' }, { exportTo: ['.'] })
  expect(inForce([all, own])).toEqual(['b'])
  expect(reasons([all, own])[0]?.field).toBe('DestinationRule shop/a: spec.exportTo')
})

test('a rule for certain workloads is for them, in its own namespace', () => {
  const forBatch = named('batch', right, {}, { workloadSelector: { matchLabels: { app: 'batch' } } })
  const forAll = named('all', other)
  expect(inForce([forAll, forBatch], from('shop', { app: 'batch' }))).toEqual(['batch', 'all'])
  expect(inForce([forAll, forBatch], from('shop', { app: 'web' }))).toEqual(['all'])
  expect(reasons([forBatch], from('shop', { app: 'web' }))).toEqual([
    {
      field: 'DestinationRule shop/batch: spec.workloadSelector',
      because: 'it selects callers with app=batch, and the caller has app=web.',
      wouldWork: "labels that the caller's pods have, or no workloadSelector",
    },
  ])
  expect(reasons([forBatch], from('web', { app: 'batch' }))[0]?.because).toContain('for callers of its own namespace shop')
  expect(reasons([forBatch], from('shop', { app: 'batch', version: 'v1' }))).toEqual([])
})

test('a host that is not the service', () => {
  const wrong = named('reviews', right, {}, { host: 'reviews.shop' })
  expect(reasons([wrong])).toEqual([
    {
      field: 'DestinationRule shop/reviews: spec.host',
      because: expect.stringContaining('host reviews.shop means reviews.shop, which is not reviews.shop.svc.cluster.local'),
      wouldWork: 'host: reviews.shop.svc.cluster.local',
    },
  ])
  const short = named('reviews', right, { namespace: 'web' })
  expect(reasons([short], from('web'))[0]?.because).toContain('host reviews means reviews.web.svc.cluster.local')
  expect(reasons([named('reviews', right, {}, { host: 'reviews.shop.svc.cluster.local' })])).toEqual([])
  // Of another service altogether: none of this one's business.
  expect(reasons([named('ratings', other, {}, { host: 'ratings' }), named('reviews', right)])).toEqual([])
})

test('a wildcard gives way to a name, a shorter wildcard to a longer one', () => {
  const wildcard = named('w', other, {}, { host: '*.shop.svc.cluster.local' })
  const wider = named('ww', other, {}, { host: '*.svc.cluster.local' })
  expect(inForce([wildcard, wider, named('r', right)])).toEqual(['r'])
  expect(inForce([wider, wildcard])).toEqual(['w'])
  expect(reasons([wildcard, named('r', right)])[0]?.because).toContain('is a wildcard')
})

test("a subset's block overrides the whole block, for calls that are sent there", () => {
  const weak = { outlierDetection: { consecutive5xxErrors: 3, maxEjectionPercent: 10 } }
  const rule = destinationRule({ trafficPolicy: right, subsets: [{ name: 'v1', trafficPolicy: weak }] })
  const toV1 = virtualService([{ route: [{ destination: { host: 'reviews', subset: 'v1' } }] }])
  expect(reasons([rule, toV1])).toEqual([
    expect.objectContaining({ field: 'DestinationRule shop/reviews: spec.subsets[v1].trafficPolicy.outlierDetection.maxEjectionPercent' }),
    {
      field: 'DestinationRule shop/reviews: spec.trafficPolicy.outlierDetection',
      because:
        'DestinationRule shop/reviews: spec.subsets[v1].trafficPolicy overrides it (the whole outlierDetection, not field by field).',
      wouldWork: 'the fields in DestinationRule shop/reviews: spec.subsets[v1].trafficPolicy.outlierDetection',
    },
  ])
  const inherits = destinationRule({ trafficPolicy: right, subsets: [{ name: 'v1', trafficPolicy: { connectionPool: {} } }] })
  expect(reasons([inherits, toV1])).toEqual([])
})

test('a policy of a subset to which nothing is sent', () => {
  const rule = destinationRule({ subsets: [{ name: 'v1', trafficPolicy: right }] })
  expect(reasons([rule])).toEqual([
    {
      field: 'DestinationRule shop/reviews: spec.subsets[v1].trafficPolicy.outlierDetection',
      because: 'it is for calls that a VirtualService sends to subset v1, and no VirtualService sends the calls to a subset.',
      wouldWork: 'outlierDetection in spec.trafficPolicy, which is for all calls',
    },
  ])
  expect(reasons([rule, virtualService([{ route: [{ destination: { host: 'reviews', subset: 'v1' } }] }])])).toEqual([])
})

test("a port's policy takes over nothing", () => {
  const ofPort = (number: number, policy: object) =>
    destinationRule({ trafficPolicy: { ...right, portLevelSettings: [{ port: { number }, ...policy }] } })
  expect(reasons([ofPort(9080, { connectionPool: {} })])).toEqual([
    {
      field: 'DestinationRule shop/reviews: spec.trafficPolicy.outlierDetection',
      because:
        'DestinationRule shop/reviews: spec.trafficPolicy.portLevelSettings[9080] overrides it, and takes nothing over that it does not say itself.',
      wouldWork: 'the fields in DestinationRule shop/reviews: spec.trafficPolicy.portLevelSettings[9080].outlierDetection',
    },
  ])
  expect(reasons([ofPort(9080, right)])).toEqual([])
  expect(reasons([ofPort(8080, right)])).toEqual([])
  const elsewhere = destinationRule({ trafficPolicy: { portLevelSettings: [{ port: { number: 8080 }, ...right }] } })
  expect(reasons([elsewhere])[0]?.because).toBe('it is for port 8080, and the calls go to port 9080.')
})
