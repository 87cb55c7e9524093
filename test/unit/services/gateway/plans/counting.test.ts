import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countInMemory } from '../../../../../services/gateway/plans/counting/in-memory.ts'
import { takeToken } from '../../../../../services/gateway/plans/counting/token-bucket.ts'
import { currentPeriod } from '../../../../../services/gateway/plans/quota-period.ts'
import { rateLimitFields, retryAfterSeconds, secondsToFill } from '../../../../../services/gateway/plans/rate-limit-fields.ts'

const at = (time: string): number => Date.parse(time)

test('a bucket gives burst tokens at once, then one each time that the rate makes one', () => {
  let full = 0
  const ask = (nowMs: number) => {
    const { fullAtMs, ...taken } = takeToken({ rate: 10, burst: 3 }, full, nowMs)
    full = fullAtMs
    return taken
  }
  const t = at('2026-01-01T00:00:00Z')
  expect([ask(t), ask(t), ask(t)].map(({ admitted, left }) => [admitted, left])).toEqual([
    [true, 2],
    [true, 1],
    [true, 0],
  ])
  expect(ask(t)).toEqual({ admitted: false, left: 0, waitMs: 100 })
  expect(ask(t + 99)).toMatchObject({ admitted: false, waitMs: 1 })
  expect(ask(t + 100)).toEqual({ admitted: true, left: 0, waitMs: 300 })
  expect(ask(t + 100)).toMatchObject({ admitted: false })
  // Full again, and not fuller.
  expect(ask(t + 10_000)).toMatchObject({ admitted: true, left: 2 })
})

test('however requests come, a bucket admits no more than burst and what the rate made since, and refuses nobody who waited as told', () => {
  const throttles = fc.record({ rate: fc.integer({ min: 1, max: 200 }), burst: fc.integer({ min: 1, max: 20 }) })
  fc.assert(
    fc.property(throttles, fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 200 }), (throttle, gaps) => {
      let full = 0
      let nowMs = at('2026-01-01T00:00:00Z')
      const begun = nowMs
      let admitted = 0
      for (const gap of gaps) {
        nowMs += gap
        const taken = takeToken(throttle, full, nowMs)
        full = taken.fullAtMs
        if (taken.admitted) admitted += 1
        else expect(takeToken(throttle, full, nowMs + taken.waitMs).admitted).toBe(true)
        expect(admitted).toBeLessThanOrEqual(throttle.burst + ((nowMs - begun) / 1000) * throttle.rate + 0.001)
        expect(taken.left).toBeLessThanOrEqual(throttle.burst - 1)
      }
    }),
  )
})

test.each([
  ['day', '2026-11-29T23:59:59.999Z', { label: '2026-11-29', seconds: 86_400, endMs: at('2026-11-30T00:00:00Z') }],
  ['week', '2026-11-29T23:59:59.999Z', { label: 'week-2026-11-23', seconds: 604_800, endMs: at('2026-11-30T00:00:00Z') }],
  ['week', '2026-11-30T00:00:00Z', { label: 'week-2026-11-30', seconds: 604_800, endMs: at('2026-12-07T00:00:00Z') }],
  ['month', '2026-12-31T23:59:59Z', { label: '2026-12', seconds: 31 * 86_400, endMs: at('2027-01-01T00:00:00Z') }],
  ['month', '2028-02-29T00:00:00Z', { label: '2028-02', seconds: 29 * 86_400, endMs: at('2028-03-01T00:00:00Z') }],
] as const)('the %s of %s', (period, time, expected) => {
  expect(currentPeriod(period, at(time))).toEqual(expected)
})

test('a quota is counted in its period, for each key by itself, and begins anew in the next', async () => {
  let now = at('2026-01-31T23:59:00Z')
  const counting = countInMemory(() => now)
  const request = (key: string) => ({ key, period: currentPeriod('month', now), limit: 2 })
  expect(await counting.count(request('a'))).toEqual({ admitted: true, left: 1, waitMs: 60_000 })
  expect(await counting.count(request('a'))).toMatchObject({ admitted: true, left: 0 })
  expect(await counting.count(request('a'))).toEqual({ admitted: false, left: 0, waitMs: 60_000 })
  // What was refused was not counted: with another limit there is a place again.
  expect(await counting.count({ ...request('a'), limit: 3 })).toMatchObject({ admitted: true, left: 0 })
  expect(await counting.counted(request('a'))).toBe(3)
  expect(await counting.count(request('b'))).toMatchObject({ admitted: true })
  await counting.uncount(request('b'))
  expect(await counting.counted(request('b'))).toBe(0)
  now = at('2026-02-01T00:00:00Z')
  expect(await counting.count(request('a'))).toMatchObject({ admitted: true, left: 1 })
})

test('the count of a month is there for longer than a timer of Node can be', async () => {
  const counting = countInMemory()
  const request = { key: 'a', period: { label: 'm', seconds: 31 * 86_400, endMs: Date.now() + 31 * 86_400_000 }, limit: 1 }
  await counting.count(request)
  await new Promise((done) => setTimeout(done, 20))
  expect(await counting.count(request)).toMatchObject({ admitted: false })
})

test('the fields say what each limit allows and what is left of it, as the draft writes them', () => {
  const rate = { rate: 10, burst: 25 }
  expect(
    rateLimitFields([
      { name: 'rate', quota: 25, windowSeconds: secondsToFill(rate), taken: { admitted: true, left: 24, waitMs: 100 } },
      { name: 'day', quota: 1000, windowSeconds: 86_400, taken: { admitted: true, left: 999, waitMs: 3_600_000 } },
    ]),
  ).toEqual({ 'ratelimit-policy': '"rate";q=25;w=3, "day";q=1000;w=86400', ratelimit: '"rate";r=24;t=1, "day";r=999;t=3600' })
  expect(retryAfterSeconds([{ admitted: false, left: 0, waitMs: 3 }])).toBe(1)
  expect(retryAfterSeconds([{ admitted: false, left: 0, waitMs: 1001 }])).toBe(2)
})
