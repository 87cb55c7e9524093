import { expect, test } from 'vitest'
import type { Replica } from '../../../../../scripts/access/replica.ts'
import { changePolicy } from '../../../../../scripts/experiments/core/policy-change.ts'
import type { PolicyObject } from '../../../../../scripts/experiments/core/policy-object.ts'
import type { Target } from '../../../../../scripts/experiments/core/target.ts'
import { fakeTarget } from './fake-target.ts'

const cluster = 'outbound|80||httpbin.breakwater.svc.cluster.local'
const proxy: Replica = { namespace: 'breakwater', workload: 'probe', name: 'probe-0' }
const rule: PolicyObject = { apiVersion: 'v1', kind: 'DestinationRule', metadata: { name: 'httpbin' }, spec: { host: 'httpbin' } }

/** A proxy that takes a change up some looks after it was written. */
function slowMesh(looksUntilLive: number) {
  let inForce: PolicyObject | undefined = rule
  let rendered = JSON.stringify(inForce)
  let looks = 0
  const target = fakeTarget({
    policy: async () => inForce,
    overridePolicy: async (_, object) => {
      inForce = object
      looks = 0
    },
    restorePolicy: async () => {
      inForce = rule
      looks = 0
    },
    admin: () => async () => {
      looks += 1
      if (looks > looksUntilLive) rendered = JSON.stringify(inForce) ?? 'no rule'
      // Each answer has its entries in another order, as istiod's maps do.
      const entries = [
        ['name', cluster],
        ['rendered', rendered],
      ]
      return JSON.stringify({ configs: [{ cluster: Object.fromEntries(looks % 2 === 0 ? entries : entries.toReversed()) }] })
    },
  })
  return { target, rendered: () => rendered }
}

const removal = { kind: 'DestinationRule', namespace: 'breakwater', name: 'httpbin', to: undefined, affected: [{ proxy, cluster }] }

test('applied once the proxy lives by the change, and rolled back likewise', async () => {
  const mesh = slowMesh(2)
  const { apply, rollback } = await changePolicy(mesh.target, removal)
  expect(mesh.rendered()).toBe(JSON.stringify(rule))
  await apply()
  expect(mesh.rendered()).toBe('no rule')
  await rollback()
  expect(mesh.rendered()).toBe(JSON.stringify(rule))
})

test('a change of which nobody knows whether it was written is rolled back', async () => {
  const mesh = slowMesh(2)
  const overridePolicy: Target['overridePolicy'] = async (reference, object) => {
    await mesh.target.overridePolicy(reference, object)
    throw new Error('connection reset')
  }
  const { apply, rollback } = await changePolicy({ ...mesh.target, overridePolicy }, removal)
  await expect(apply()).rejects.toThrow('connection reset')
  await rollback()
  expect(mesh.rendered()).toBe(JSON.stringify(rule))
})

test('removing what is not in force changes nothing', async () => {
  const { apply, rollback } = await changePolicy(fakeTarget(), removal)
  await apply()
  await rollback()
})

test('within another change the rollback goes back to that one', async () => {
  const mesh = slowMesh(1)
  const outer = { ...rule, spec: { host: 'outer' } }
  const change = await changePolicy(mesh.target, { ...removal, to: outer })
  await change.apply()
  const inner = await changePolicy(mesh.target, { ...removal, within: true })
  await inner.apply()
  await inner.rollback()
  expect(mesh.rendered()).toBe(JSON.stringify(outer))
  await change.rollback()
  expect(mesh.rendered()).toBe(JSON.stringify(rule))
})
