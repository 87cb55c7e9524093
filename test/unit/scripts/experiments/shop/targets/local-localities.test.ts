import { expect, test } from 'vitest'
import type { PolicyObject, PolicyReference } from '../../../../../../scripts/experiments/core/policy-object.ts'
import { localLocalities } from '../../../../../../scripts/experiments/shop/targets/local-localities.ts'

test('a replica is placed by the label of a pod that bears its name, and taken back without a trace', async () => {
  const overlays = new Map<string, PolicyObject | undefined>()
  const keyOf = ({ kind, namespace, name }: PolicyReference) => `${kind} ${namespace}/${name}`
  const { setLocality } = localLocalities({
    override: async (reference, object) => void overlays.set(keyOf(reference), object),
    restore: async (reference) => void overlays.delete(keyOf(reference)),
  })
  const replica = { namespace: 'breakwater', workload: 'catalog', name: 'catalog-0' }
  await setLocality(replica, 'north.a')
  expect([...overlays]).toEqual([
    [
      'Pod breakwater/catalog-0',
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace: 'breakwater', name: 'catalog-0', labels: { 'istio-locality': 'north.a' } },
        spec: {},
      },
    ],
  ])
  await setLocality(replica, undefined)
  expect(overlays.size).toBe(0)
})
