import { expect, test } from 'vitest'
import { holdDown, stopInPlace } from '../../../../../scripts/experiments/shop/hold-down.ts'
import type { ShopTarget } from '../../../../../scripts/experiments/shop/shop-target.ts'
import { fakeShop } from './fake-shop.ts'

const payments = { namespace: 'breakwater', name: 'payments' }
const replicas = [0, 1].map((n) => ({ namespace: 'breakwater', workload: 'payments', name: `payments-${n}` }))

function shop(parts: Partial<ShopTarget> = {}) {
  const done: string[] = []
  const target = fakeShop({
    replicas: async () => replicas,
    kill: async ({ name }, { hold = false } = {}) => void done.push(`${hold ? 'hold' : 'kill'} ${name}`),
    pause: async ({ name }) => void done.push(`pause ${name}`),
    resume: async ({ name }) => void done.push(`resume ${name}`),
    ...parts,
  })
  return { target, done }
}

test('on the laptop all replicas are held dead, and let go', async () => {
  const { target, done } = shop()
  const { description, apply, rollback } = await holdDown(target, payments)
  expect(done).toEqual([])
  await apply()
  await rollback()
  expect(description).toBe('payments, held dead')
  expect(done).toEqual(['hold payments-0', 'hold payments-1', 'resume payments-0', 'resume payments-1'])
})

test('in a cluster they are stopped where they are, because killed pods are started again', async () => {
  const { target, done } = shop({ name: 'cluster' })
  await (await holdDown(target, payments)).apply()
  expect(done).toEqual(['pause payments-0', 'pause payments-1'])
})

test('it says so where nobody can, or where there is nothing to stop', async () => {
  const { pause: _, ...others } = shop({ name: 'cluster' }).target
  await expect((await stopInPlace(others, payments)).apply()).rejects.toThrow('nobody can stop the processes of payments in this cluster')
  await expect((await stopInPlace(fakeShop({ pause: async () => {} }), payments)).apply()).rejects.toThrow('payments does not run')
})
