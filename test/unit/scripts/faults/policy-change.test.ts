import { expect, test } from 'vitest'
import { changePolicy } from '../../../../scripts/faults/policy-change.ts'
import { outboundCluster } from '../../../../scripts/faults/proxy.ts'
import type { PolicyObject, Replica } from '../../../../scripts/faults/target.ts'
import { fakeTarget } from './fake-target.ts'

const cluster = outboundCluster('httpbin')
const proxy: Replica = { workload: 'probe', name: 'probe-0', address: '' }
const rule: PolicyObject = { apiVersion: 'v1', kind: 'DestinationRule', metadata: { name: 'httpbin' }, spec: { host: 'httpbin' } }

/** A proxy that takes a change up some looks after it was written. */
function slowMesh(looksUntilLive: number) {
  let inForce: PolicyObject | undefined = rule
  let rendered = JSON.stringify(inForce)
  let looks = 0
  const target = fakeTarget({
    policy: async () => inForce,
    overridePolicy: async (_kind, _name, object) => {
      inForce = object
      looks = 0
      return async () => {
        inForce = rule
        looks = 0
      }
    },
    admin: async () => {
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

test('returns once the proxy lives by the change, and so does the undo', async () => {
  const mesh = slowMesh(2)
  const undo = await changePolicy(mesh.target, { kind: 'DestinationRule', name: 'httpbin', to: undefined, affected: [{ proxy, cluster }] })
  expect(mesh.rendered()).toBe('no rule')
  await undo()
  expect(mesh.rendered()).toBe(JSON.stringify(rule))
})

test('removing what is not in force changes nothing', async () => {
  const target = fakeTarget()
  const undo = await changePolicy(target, { kind: 'DestinationRule', name: 'httpbin', to: undefined, affected: [{ proxy, cluster }] })
  await undo()
})
