import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mergeMarks } from '../../../../../../scripts/experiments/core/report/merge-marks.ts'
import { intervalMs, rates } from '../../../../../../scripts/experiments/core/report/rates.ts'
import { type Recording, seconds, ticks, timeAxes } from '../../../../../../scripts/experiments/core/report/time-axis.ts'

const recording = (fromMs: number, toMs: number, eventMs?: number, part: Partial<Recording> = {}): Recording => ({
  timeline: [
    {
      caller: 'gateway-0',
      host: 'box-0',
      samples: [
        { atMs: fromMs, state: 'closed' },
        { atMs: toMs, state: 'closed', requests: 10, failed: 2 },
      ],
    },
  ],
  events: eventMs === undefined ? [] : [{ atMs: eventMs, what: 'fault' }],
  traffic: [],
  ...part,
})
const only = (one: Recording) => {
  const [axis] = timeAxes([one])
  if (axis === undefined) throw new Error('no axis')
  return axis
}

test('run and control have axes of one length, with their faults at the same place', () => {
  const [run, control] = timeAxes([recording(1000, 9000, 2000), recording(20_000, 24_000, 23_000)])
  expect([run?.fromMs, run?.toMs, control?.fromMs, control?.toMs]).toEqual([-3000, 7000, -3000, 7000])
  expect([run?.percent(2000), control?.percent(23_000)]).toEqual([30, 30])
  expect([run?.percent(9000), control?.percent(24_000)]).toEqual([100, 40])
})

test('without events the first moments are at the same place, and a recording of nothing has an axis all the same', () => {
  const [run, control] = timeAxes([recording(1000, 2000), recording(5000, 9000)])
  expect([run?.percent(1000), control?.percent(5000), control?.percent(9000)]).toEqual([0, 0, 100])
  expect(only({ timeline: [], events: [], traffic: [] }).percent(0)).toBe(0)
})

test('an axis has a handful of round names, zero among them, also before the fault', () => {
  expect(ticks({ fromMs: -900, toMs: 7100 })).toEqual([0, 2000, 4000, 6000])
  expect(ticks({ fromMs: -2100, toMs: 3000 }).map(seconds)).toEqual(['−2 s', '−1 s', '0 s', '1 s', '2 s', '3 s'])
  fc.assert(
    fc.property(fc.integer({ min: -600_000, max: 0 }), fc.integer({ min: 1, max: 3_600_000 }), (fromMs, toMs) => {
      const found = ticks({ fromMs, toMs })
      expect(found.length).toBeLessThanOrEqual(7)
      expect(found).toContain(0)
    }),
  )
})

test('numbers that would touch are one number; none is lost, and none leaves the axis', () => {
  const axis = only(recording(0, 1000))
  const mark = (atMs: number, count = 1) => ({ atMs, kind: 'refused', count }) as const
  expect(mergeMarks([mark(100, 8), mark(500, 10)], axis, 400).map(({ count }) => count)).toEqual([8, 10])
  expect(mergeMarks([mark(100, 8), mark(120, 10)], axis, 400)).toMatchObject([{ count: 18, fromMs: 100, toMs: 120 }])
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 5000 }))), (all) => {
      const sorted = all.map(([atMs, count]) => mark(atMs, count)).toSorted((one, other) => one.atMs - other.atMs)
      const merged = mergeMarks(sorted, axis, 240)
      expect(merged.reduce((sum, { count }) => sum + count, 0)).toBe(sorted.reduce((sum, { count }) => sum + count, 0))
      for (const { percent } of merged) expect(percent > 0 && percent < 100).toBe(true)
    }),
  )
})

test('rates are per second, of intervals that the fault begins; together they are all that was counted', () => {
  const one = recording(0, 2000, 500)
  const found = rates(one, only(one), 500)
  expect(found.map(({ atMs, forMs }) => [atMs, forMs])).toEqual([
    [-500, 500],
    [0, 500],
    [500, 500],
    [1000, 500],
  ])
  expect(found.at(-1)).toMatchObject({ sent: 20, failed: 4, goodput: 16, refused: 0 })
  expect(found[0]?.p50Ms).toBeUndefined()
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 0, max: 9000 }), (toMs, eventMs) => {
      const any = recording(0, toMs, eventMs)
      const sent = rates(any, only(any), 250).reduce((sum, rate) => sum + (rate.sent * rate.forMs) / 1000, 0)
      expect(sent).toBeCloseTo(10)
    }),
  )
})

test("the senders' records go before what the proxies counted; of several, latency is the middle one and the slowest", () => {
  const bin = (ok: number, p50Ms: number, p99Ms: number) => [{ atMs: 0, sent: ok + 1, ok, refused: 1, failed: 0, p50Ms, p99Ms }]
  const one = recording(0, 1000, undefined, {
    traffic: [
      { caller: 'a', binMs: 1000, bins: bin(30, 10, 20) },
      { caller: 'b', binMs: 1000, bins: bin(10, 30, 90) },
    ],
  })
  expect(intervalMs([one], only(one))).toBe(1000)
  expect(rates(one, only(one), 1000)).toEqual([
    { atMs: 0, forMs: 1000, sent: 42, refused: 2, failed: 0, goodput: 40, p50Ms: 15, p99Ms: 90 },
  ])
})

test('an interval is never shorter than the proxies are read, nor are there too many', () => {
  expect(intervalMs([recording(0, 2000)], only(recording(0, 2000)))).toBe(250)
  expect(intervalMs([recording(0, 120_000)], only(recording(0, 120_000)))).toBe(5000)
})
