import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { atRate } from '../../../../../scripts/experiments/core/at-rate.ts'

test('calls at its rate whatever becomes of the calls before, and waits for the last at its stop', async () => {
  let [begun, ended] = [0, 0]
  const startedAt = performance.now()
  const arrivals = atRate(100, async () => {
    begun += 1
    await delay(150)
    ended += 1
    throw new Error('whatever becomes of it')
  })
  while (begun < 12) await delay(5)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(109)
  expect(ended).toBeLessThan(begun)
  await arrivals.stop()
  const after = begun
  expect(ended).toBe(after)
  await delay(30)
  expect(begun).toBe(after)
})

test('how late a call came is known', async () => {
  const arrivals = atRate(100, async () => {
    const until = performance.now() + 50
    while (performance.now() < until);
  })
  await delay(120)
  await arrivals.stop()
  expect(arrivals.latestMs).toBeGreaterThan(30)
})
