import { expect, test } from 'vitest'
import { schedule } from '../../crash/schedule.ts'
import { replicaNames } from '../../crash/shop.ts'

const options = {
  seed: 7,
  counts: { kill: 30, pause: 30, zombie: 5, 'broker-kill': 3, 'broker-pause': 2, 'commit-cut': 4 },
  replicas: replicaNames({ orders: 2, shipping: 1 }),
  everyMs: 500,
}

test('a seed decides everything', () => {
  expect(schedule(options)).toEqual(schedule(options))
  expect(schedule({ ...options, seed: 8 })).not.toEqual(schedule(options))
})

test('every fault that was asked for is there', () => {
  const counts = Object.fromEntries([...Map.groupBy(schedule(options), ({ kind }) => kind)].map(([kind, faults]) => [kind, faults.length]))
  expect(counts).toEqual(options.counts)
})

test('one fault at a time at each process, and zombies only where another replica can take over', () => {
  for (const [target, faults] of Map.groupBy(schedule(options), (fault) => fault.target)) {
    const inOrder = faults.toSorted((one, other) => one.atMs - other.atMs)
    for (const [index, { atMs, lastsMs }] of inOrder.entries()) {
      const next = inOrder[index + 1]
      if (next) expect(next.atMs, target).toBeGreaterThan(atMs + lastsMs)
    }
  }
  expect(schedule(options).filter(({ kind, target }) => kind === 'zombie' && !target.startsWith('orders'))).toEqual([])
})
