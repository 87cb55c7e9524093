import { expect, test } from 'vitest'
import type { Host } from '../../../../../../scripts/access/replica.ts'
import { nothingToDo } from '../../../../../../scripts/experiments/core/action.ts'
import { giveZones, type Zones } from '../../../../../../scripts/experiments/shop/zone-loss/give-zones.ts'
import { zoneLoss } from '../../../../../../scripts/experiments/shop/zone-loss.ts'
import { fakeShop } from '../fake-shop.ts'

const host = (name: string, port: number): Host => ({
  namespace: 'breakwater',
  workload: name.slice(0, -2),
  name,
  address: `127.0.0.1:${port}`,
  targetPort: 3000,
})
const [near, far, caller] = [host('catalog-0', 1), host('catalog-1', 2), host('gateway-0', 9)]
const zones: Zones = { destination: { namespace: 'breakwater', service: 'catalog', port: 80 }, callers: [caller], near: [near], far: [far] }

/** Its proxies prefer by the labels that were written. */
function zonedShop(name: 'local' | 'cluster' = 'local') {
  const labels = new Map<string, unknown>()
  const statuses = () =>
    [near, far].map((one, index) => ({
      address: { socket_address: { address: '127.0.0.1', port_value: index + 1 } },
      ...(labels.get(one.name) !== labels.get(caller.name) && { priority: 1 }),
    }))
  const shop = fakeShop({
    name,
    replicas: async () => [caller],
    hosts: async () => [near, far],
    admin: () => async () =>
      JSON.stringify({
        cluster_statuses: [{ name: 'outbound|80||catalog.breakwater.svc.cluster.local', host_statuses: statuses() }],
      }),
    overridePolicy: async (reference, object) => {
      const given = object?.metadata.labels as Record<string, string> | undefined
      labels.set(reference.name, given?.['istio-locality'])
    },
    restorePolicy: async (reference) => void labels.delete(reference.name),
  })
  return { shop, labels }
}

test('callers and the near replicas get one zone, the far ones another; all is taken back', async () => {
  const { shop, labels } = zonedShop()
  const action = giveZones(shop, zones)
  expect(labels.size).toBe(0)
  await action.apply()
  expect(Object.fromEntries(labels)).toEqual({ 'gateway-0': 'laptop.zone-a', 'catalog-0': 'laptop.zone-a', 'catalog-1': 'laptop.zone-b' })
  await action.rollback()
  expect(labels.size).toBe(0)
})

test('in a cluster nothing is touched', async () => {
  const { shop, labels } = zonedShop('cluster')
  const [action = nothingToDo] = (await zoneLoss.instruments?.(shop, await zoneLoss.config(shop))) ?? []
  await expect(action.apply()).rejects.toThrow('zones are given and taken on the laptop only')
  await action.rollback()
  expect(labels.size).toBe(0)
})
