import { expect, test, vi } from 'vitest'
import type { Replica } from '../../../../../../scripts/access/replica.ts'
import { killInTurn } from '../../../../../../scripts/experiments/shop/callee-rollout/kill-in-turn.ts'
import type { AppAnswer } from '../../../../../../scripts/experiments/shop/shop-target.ts'
import { fakeShop } from '../fake-shop.ts'

/** Two replicas; each process has a number, and answers from the second look after the kill on, if it starts at all. */
function twoReplicas({ starts = true } = {}) {
  const done: string[] = []
  const processes = new Map([
    ['catalog-0', { number: 1, looks: 1 }],
    ['catalog-1', { number: 2, looks: 1 }],
  ])
  const replica = (name: string): Replica => ({ namespace: 'breakwater', workload: 'catalog', name })
  let started = 2
  const shop = fakeShop({
    replicas: async () => [...processes.keys()].map(replica),
    kill: async ({ name }) => {
      const isWhole = [...processes.values()].every(({ looks }) => looks > 0)
      done.push(`${name} killed${isWhole ? '' : ' too early'}`)
      processes.set(name, { number: starts ? ++started : Number.NaN, looks: -1 })
    },
    app: async ({ name }, _port, { path }): Promise<AppAnswer> => {
      const process = processes.get(name)
      if (process === undefined || Number.isNaN(process.number)) throw new Error('connection refused')
      if (process.looks < 1) process.looks++
      if (process.looks < 1) throw new Error('connection refused')
      return { status: 200, body: path === '/metrics' ? `process_start_time_seconds ${process.number}` : {} }
    },
  })
  return { shop, done, processes }
}

test('each is killed when the one before has a successor that answers', async () => {
  const { shop, done, processes } = twoReplicas()
  const action = killInTurn(shop)
  expect(done).toEqual([])
  await action.apply()
  expect(done).toEqual(['catalog-0 killed', 'catalog-1 killed'])
  expect([...processes.values()].map(({ number }) => number)).toEqual([3, 4])
  await action.rollback()
})

test('one that does not come back is named, and nobody else is killed', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'Date', 'performance'] })
  try {
    const { shop, done } = twoReplicas({ starts: false })
    const failed = expect(killInTurn(shop).apply()).rejects.toThrow('catalog-0 has no successor 60 s after it was killed')
    await vi.advanceTimersByTimeAsync(61_000)
    await failed
    expect(done).toEqual(['catalog-0 killed'])
  } finally {
    vi.useRealTimers()
  }
})
