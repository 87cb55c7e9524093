import { expect, test } from 'vitest'
import {
  type ClusterPolicyObject,
  isOverridden,
  overridden,
  restored,
} from '../../../../../../../scripts/experiments/shop/targets/cluster/kept-policy.ts'

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
  expect(isOverridden(back)).toBe(false)
  expect(restored(back)).toEqual(back)
})

test('what somebody else has written since is not overwritten', () => {
  const theirs = { host: 'catalog', trafficPolicy: { outlierDetection: { consecutive5xxErrors: 9 } } }
  const back = restored(written({ ...written(overridden(declared, without)), spec: theirs }))
  expect(back.spec).toEqual(theirs)
  expect(isOverridden(back)).toBe(false)
})
