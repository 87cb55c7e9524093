import { expect, test } from 'vitest'
import { afterCrash, noCrashes } from '../../../../../scripts/local/processes/back-off.ts'

const delays = (lives: readonly number[]): number[] => {
  let crashes = noCrashes
  return lives.map((ranForMs) => {
    const next = afterCrash(crashes, ranForMs)
    crashes = next.crashes
    return next.delayMs
  })
}

test('the wait doubles with every short life, up to a bound', () => {
  expect(delays(Array(9).fill(10))).toEqual([200, 400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000])
})

test('a process that was well for long starts again at once', () => {
  expect(delays([10, 10, 60_000, 10])).toEqual([200, 400, 200, 400])
})
