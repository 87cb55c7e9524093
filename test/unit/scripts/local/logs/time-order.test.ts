import { expect, test } from 'vitest'
import { inTimeOrder, keepTimeOrder } from '../../../../../scripts/local/logs/time-order.ts'

const at = (ms: number, msg: string, time: string | number = new Date(ms).toISOString()): string => JSON.stringify({ time, msg })
const [one, two, three] = [at(1_000, 'one'), at(2_000, 'two', 2_000), at(3_000, 'three')]

test('lines are in the order of their times, however those are written; of equal times the first is first', () => {
  expect(inTimeOrder([three, one, two])).toEqual([one, two, three])
  expect(inTimeOrder([at(1_000, 'b'), at(1_000, 'a')])).toEqual([at(1_000, 'b'), at(1_000, 'a')])
})

test('a line without a time stays behind the one before it', () => {
  expect(inTimeOrder([three, 'and more of it', one])).toEqual([one, three, 'and more of it'])
  expect(inTimeOrder(['{"time":"noon"}', one])).toEqual(['{"time":"noon"}', one])
})

test('a line that comes waits for earlier ones, and not longer than it was told', () => {
  const order = keepTimeOrder(500)
  expect(order.take([three], 10_000)).toEqual([])
  expect(order.take([one, two], 10_400)).toEqual([])
  expect(order.take([], 10_499)).toEqual([])
  expect(order.take([at(9_000, 'late')], 10_500)).toEqual([one, two, three])
  expect(order.rest()).toEqual([at(9_000, 'late')])
  expect(order.rest()).toEqual([])
})
