import { expect, test } from 'vitest'
import { type Counters, othersBetween } from '../../../../../../scripts/experiments/core/pool/counters.ts'

const before: Counters = { sentOn: 100, passedOn: 200, overflows: 5, inboundOverflows: 1 }
/** Ten requests, four of which the pool refused. */
const round = { sent: 10, refusedInAll: 4 }
const others = (more: Partial<Counters>) => {
  const after = Object.entries(before).map(([name, value]) => [name, value + (more[name as keyof Counters] ?? 0)])
  return Object.values(othersBetween(before, Object.fromEntries(after) as Counters, round))
}

test('a round that nobody disturbs: what was not refused was sent on, and arrived', () => {
  expect(others({ sentOn: 6, overflows: 4, passedOn: 6 })).toEqual([0, 0])
  // A request that ran out of time on its way does not arrive.
  expect(others({ sentOn: 6, overflows: 4, passedOn: 5 })).toEqual([0, 0])
})

test("others go through the caller's proxy, or past it: both are counted, each once", () => {
  expect(others({ sentOn: 8, overflows: 4, passedOn: 8 })).toEqual([2, 0])
  expect(others({ sentOn: 6, overflows: 7, passedOn: 6 })).toEqual([3, 0])
  expect(others({ sentOn: 6, overflows: 4, passedOn: 11 })).toEqual([0, 5])
  expect(others({ sentOn: 8, overflows: 4, passedOn: 13 })).toEqual([2, 5])
  // What a host refuses because of them arrived as well.
  expect(others({ sentOn: 6, overflows: 4, passedOn: 6, inboundOverflows: 2 })).toEqual([0, 2])
})

test('refusals that are not counted are those of the round', () => {
  const uncounted: Counters = { sentOn: 0, passedOn: 0 }
  expect(othersBetween(uncounted, { sentOn: 6, passedOn: 6 }, round)).toEqual({ others: 0, strangers: 0 })
  expect(othersBetween(uncounted, { sentOn: 7, passedOn: 9 }, round)).toEqual({ others: 1, strangers: 2 })
})
