import { expect, test } from 'vitest'
import { QuickestService } from '../../../../../../services/shared/runtime/http/quickest-service.ts'

/** Stretches of time, each with its calls by service → what is said after each. */
function seen(...stretches: Record<string, number[]>[]): (readonly [latestMs: number, leastMs: number] | undefined)[] {
  const quickest = new QuickestService()
  return stretches.map((calls) => {
    for (const [service, times] of Object.entries(calls)) for (const ms of times) quickest.answered(service, ms)
    const { latestMs, leastMs } = quickest.endStretch() ?? {}
    return latestMs === undefined || leastMs === undefined ? undefined : [latestMs, leastMs]
  })
}

test('the median of the service that answers soonest', () => {
  const calls = { catalog: [9, 5, 400], inventory: [1500, 1500], orders: [80] }
  expect(seen(calls, calls, calls)).toEqual([undefined, undefined, [9, 9]])
})

test('slow is only what was slow in three stretches one after the other', () => {
  const of = (ms: number) => ({ catalog: [ms] })
  expect(seen(of(50), of(60), of(5), of(70), of(55), of(90), of(4))).toEqual([
    undefined,
    undefined,
    [5, 5],
    [70, 5],
    [55, 5],
    [90, 55],
    [4, 4],
  ])
})

test('a stretch in which nothing was answered says nothing', () => {
  const of = (ms: number) => ({ catalog: [ms] })
  expect(seen(of(50), {}, of(60), {}, of(70), {})).toEqual([undefined, undefined, undefined, undefined, [70, 50], [70, 50]])
})

test('what was forgotten no longer counts', () => {
  const quickest = new QuickestService()
  for (let stretch = 0; stretch < 3; stretch += 1) {
    quickest.answered('catalog', 7)
    quickest.endStretch()
  }
  quickest.answered('catalog', 7)
  quickest.forget()
  expect(quickest.endStretch()).toBeUndefined()
})
