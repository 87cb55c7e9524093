import { expect, test } from 'vitest'
import type { Host } from '../../../../../../scripts/access/replica.ts'
import { giveZones, type Zones } from '../../../../../../scripts/experiments/shop/zone-loss/give-zones.ts'
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

/** Its proxies prefer by the localities that were chosen, else by those of the nodes. */
function zonedShop(nodes: Readonly<Record<string, string>> = {}) {
  const chosen = new Map<string, string>()
  let asked = 0
  const localityOf = ({ name }: Host) => chosen.get(name) ?? nodes[name]
  const statuses = () =>
    [near, far].map((one, index) => ({
      address: { socket_address: { address: '127.0.0.1', port_value: index + 1 } },
      ...(localityOf(one) !== localityOf(caller) && { priority: 1 }),
    }))
  const shop = fakeShop({
    admin: () => async () => {
      asked++
      return JSON.stringify({
        cluster_statuses: [{ name: 'outbound|80||catalog.breakwater.svc.cluster.local', host_statuses: statuses() }],
      })
    },
    setLocality: async ({ name }, locality) => void (locality === undefined ? chosen.delete(name) : chosen.set(name, locality)),
  })
  return { shop, chosen, asked: () => asked }
}

test('callers and the near replicas get one zone, the far ones another; all is taken back', async () => {
  const { shop, chosen } = zonedShop()
  const action = giveZones(shop, zones)
  expect(chosen.size).toBe(0)
  await action.apply()
  expect(Object.fromEntries(chosen)).toEqual({
    'gateway-0': 'experiment.zone-a',
    'catalog-0': 'experiment.zone-a',
    'catalog-1': 'experiment.zone-b',
  })
  await action.rollback()
  expect(chosen.size).toBe(0)
})

test('where nodes have zones, callers prefer afterwards what they preferred before', async () => {
  const { shop, chosen } = zonedShop({ 'gateway-0': 'north', 'catalog-0': 'south', 'catalog-1': 'north' })
  const action = giveZones(shop, zones)
  await action.apply()
  await action.rollback()
  expect(chosen.size).toBe(0)
})

test('taken back before it was ever done, it waits for nothing', async () => {
  const { shop, asked } = zonedShop()
  await giveZones(shop, zones).rollback()
  expect(asked()).toBe(0)
})
