import { expect, test } from 'vitest'
import { incarnation } from '../../../../../scripts/experiments/shop/incarnation.ts'
import { allReady, notReady } from '../../../../../scripts/experiments/shop/ready.ts'
import { fakeShop } from './fake-shop.ts'

const replica = (workload: string, n = 0) => ({ namespace: 'breakwater', workload, name: `${workload}-${n}` })

test('replicas that say so, that are silent, and workloads without any are not ready', async () => {
  const shop = fakeShop({
    replicas: async ({ name }) => (name === 'shipping' ? [] : [replica(name, 0), replica(name, 1)]),
    app: async ({ name }) => {
      if (name === 'orders-1') throw new Error('no answer')
      return { status: name === 'payments-0' ? 503 : 200, body: {} }
    },
  })
  expect(await notReady(shop, ['orders', 'payments', 'shipping', 'catalog'])).toEqual(['orders-1', 'payments-0', 'shipping'])
  expect(await allReady(shop, ['catalog'])).toMatchObject([{ passed: true }])
  expect(await allReady(shop, ['orders'])).toMatchObject([{ passed: false, actual: ['orders-1'] }])
})

test('a process is told from its successor by its start, and unknown while it does not answer', async () => {
  const metrics = (body: unknown) => fakeShop({ app: async () => ({ status: 200, body }) })
  const of = (body: unknown) => incarnation(metrics(body), replica('orders'))
  expect(await of('# TYPE x\nprocess_start_time_seconds{service="orders",pod="orders-0"} 1764345600.5\nother 1\n')).toBe(
    'orders-0 since 1764345600.5',
  )
  expect(await of('process_start_time_seconds 17\n')).toBe('orders-0 since 17')
  expect(await of('nothing')).toBeUndefined()
  expect(await incarnation(fakeShop(), replica('orders'))).toBeUndefined()
})
