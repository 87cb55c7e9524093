import { expect, test } from 'vitest'
import type { ShopTarget } from '../../../../../../scripts/experiments/shop/shop-target.ts'
import { loseZone } from '../../../../../../scripts/experiments/shop/zone-loss/lose-zone.ts'
import { fakeShop } from '../fake-shop.ts'

const replicas = ['catalog-0', 'catalog-1'].map((name) => ({ namespace: 'breakwater', workload: 'catalog', name }))

function recorded() {
  const done: string[] = []
  const note =
    (what: string) =>
    async ({ name }: { name: string }, options?: object) =>
      void done.push([what, name, options && JSON.stringify(options)].filter(Boolean).join(' '))
  const parts = { kill: note('kill'), pause: note('pause'), resume: note('resume') }
  return { done, parts }
}

test('on the laptop its replicas are held dead', async () => {
  const { done, parts } = recorded()
  const action = loseZone(fakeShop(parts), replicas)
  await action.apply()
  await action.rollback()
  expect(done).toEqual(['kill catalog-0 {"hold":true}', 'kill catalog-1 {"hold":true}', 'resume catalog-1', 'resume catalog-0'])
})

test('in a cluster, where somebody takes care of whatever is dead or stopped, their proxies keep every request', async () => {
  const { done, parts } = recorded()
  const asked: string[] = []
  const admin: ShopTarget['admin'] =
    ({ name }) =>
    async (_, path) => {
      asked.push(`${name} ${new URL(path, 'http://proxy').searchParams.get('fault.http.delay.fixed_delay_percent') || 'none'}`)
      return 'OK'
    }
  const action = loseZone(fakeShop({ ...parts, admin, name: 'cluster' }), replicas)
  await action.apply()
  await action.rollback()
  expect(asked).toEqual(['catalog-0 100', 'catalog-1 100', 'catalog-1 none', 'catalog-0 none'])
  expect(done).toEqual([])
})
