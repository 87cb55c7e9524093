import { expect, test } from 'vitest'
import {
  type ClusterPolicyObject,
  created,
  isOverridden,
  overridden,
  restored,
} from '../../../../../scripts/experiments/cluster/kept-policy.ts'

const spec = { host: 'catalog', trafficPolicy: { outlierDetection: { consecutive5xxErrors: 3 } } }
const declared: ClusterPolicyObject = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name: 'catalog', generation: 4, resourceVersion: '77', annotations: { mine: 'kept' } },
  spec,
}
/** What the API server makes of a write that changes the spec. */
const written = (object: ClusterPolicyObject): ClusterPolicyObject => ({
  ...object,
  metadata: { ...object.metadata, generation: (object.metadata?.generation ?? 0) + 1 },
})
const without = { apiVersion: 'v1', kind: 'DestinationRule', metadata: { name: 'catalog' }, spec: { host: 'catalog', trafficPolicy: {} } }

test('a replaced rule keeps what it was, and is written only over the version that was read', () => {
  const changed = overridden(declared, without)
  expect(changed.spec).toEqual(without.spec)
  expect(changed.metadata).toMatchObject({ resourceVersion: '77', annotations: { mine: 'kept' } })
  expect(isOverridden(declared)).toBe(false)
  expect(isOverridden(changed)).toBe(true)
})

test('a removed rule names its host and rules nothing', () => {
  expect(overridden(declared, undefined).spec).toEqual({ host: 'catalog' })
})

test('restoring gives back spec and annotations, and again changes nothing', () => {
  const back = restored(written(overridden(declared, undefined)))
  expect(back).toMatchObject({ spec, metadata: { annotations: { mine: 'kept' } } })
  expect(isOverridden(back as ClusterPolicyObject)).toBe(false)
  expect(restored(back as ClusterPolicyObject)).toEqual(back)
})

test('what is changed twice is what it was at first again; what was not there is deleted', () => {
  const again = { ...without, spec: { host: 'catalog', trafficPolicy: { connectionPool: {} } } }
  expect(restored(written(overridden(written(overridden(declared, without)), again)))?.spec).toEqual(spec)
  const made = created(without, { name: 'catalog', namespace: 'shop' })
  expect(restored(written(overridden({ ...made, metadata: { ...made.metadata, generation: 1 } }, again)))).toBeUndefined()
})

test('what somebody else has written over a change is what is kept of it', () => {
  const theirs = { host: 'catalog', trafficPolicy: { outlierDetection: { consecutive5xxErrors: 9 } } }
  const rewritten = written({ ...written(overridden(declared, without)), spec: theirs })
  expect(restored(written(overridden(rewritten, undefined)))?.spec).toEqual(theirs)
})

test('what somebody else has written since is not overwritten', () => {
  const theirs = { host: 'catalog', trafficPolicy: { outlierDetection: { consecutive5xxErrors: 9 } } }
  const back = restored(written({ ...written(overridden(declared, without)), spec: theirs }))
  expect(back?.spec).toEqual(theirs)
  expect(isOverridden(back as ClusterPolicyObject)).toBe(false)
})

test('an object that was not there is deleted again, unless somebody else has worked on it since', () => {
  const filter = { apiVersion: 'v1', kind: 'EnvoyFilter', metadata: { name: 'mine' }, spec: { configPatches: [] } }
  const place = { name: 'mine', namespace: 'shop' }
  const inForce = (generation: number): ClusterPolicyObject => {
    const object = created(filter, place)
    return { ...object, metadata: { ...object.metadata, generation } }
  }
  expect(created(filter, place)).toMatchObject({ kind: 'EnvoyFilter', metadata: place, spec: filter.spec })
  expect(isOverridden(inForce(1))).toBe(true)
  expect(restored(inForce(1))).toBeUndefined()
  const theirs = restored(inForce(2))
  expect(theirs?.spec).toEqual(filter.spec)
  expect(isOverridden(theirs as ClusterPolicyObject)).toBe(false)
})

test('a removed VirtualService is the route that every host has without one; what cannot rule nothing is not removed', () => {
  const route = (spec: object): ClusterPolicyObject => ({ ...declared, kind: 'VirtualService', spec: { ...spec } })
  expect(overridden(route({ hosts: ['catalog'], http: [{ timeout: '1s' }] }), undefined).spec).toEqual({
    hosts: ['catalog'],
    http: [{ route: [{ destination: { host: 'catalog' } }] }],
  })
  expect(() => overridden(route({ hosts: ['a', 'b'] }), undefined)).toThrow('several hosts')
  expect(() => overridden({ ...declared, kind: 'AuthorizationPolicy' }, undefined)).toThrow('an AuthorizationPolicy'.slice(3))
  expect(overridden({ ...declared, kind: 'AuthorizationPolicy' }, without).spec).toEqual(without.spec)
})
