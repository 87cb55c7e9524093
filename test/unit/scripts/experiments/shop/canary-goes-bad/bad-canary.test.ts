import { expect, test } from 'vitest'
import type { Host } from '../../../../../../scripts/access/replica.ts'
import { badCanary } from '../../../../../../scripts/experiments/shop/canary-goes-bad/bad-canary.ts'
import { fakeShop } from '../fake-shop.ts'

const host = (name: string): Host => ({ namespace: 'breakwater', workload: 'catalog', name, address: name, targetPort: 3000 })
const stable = ['catalog-0', 'catalog-1']

function splitShop() {
  const done: string[] = []
  let canary: Host[] = []
  const shop = fakeShop({
    splitTraffic: async (service, wanted) => {
      done.push(`${service} ${wanted === undefined ? 'off' : `${wanted.subset} ${wanted.percent} %`}`)
      canary = wanted === undefined ? [] : [host('catalog-v2-0'), host('catalog-v2-1')]
    },
    hosts: async () => [...stable.map(host), ...canary],
    admin:
      ({ name }) =>
      async (method, path) => {
        done.push(`${name} ${method} ${path.split('?')[0]}`)
        return 'OK'
      },
  })
  return { shop, done }
}

test('the canary takes its share, then its first replica goes bad; all ends with the split', async () => {
  const { shop, done } = splitShop()
  const action = badCanary(shop, { percent: 25, stable, ejection: true })
  expect(done).toEqual([])
  await action.apply()
  expect(done).toEqual(['catalog v2 25 %', 'catalog-v2-0 POST /runtime_modify'])
  await action.rollback()
  expect(done.slice(2)).toEqual(['catalog off'])
})
