import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextLimit } from '../../../../../../services/shared/runtime/http/in-flight-limit.ts'

const bounds = { least: 16, calm: 64, most: 512 }
/** As of a turn of the event loop. */
const mayTakeMs = 2.5

/** Stretches of time in a process whose turns take `msPerRequest` for each request in flight, while `offered` requests want to be in flight. */
function limitsOver(
  stretches: number,
  { msPerRequest, offered, from = bounds.most }: Record<'msPerRequest' | 'offered', number> & { from?: number },
) {
  const limits: number[] = []
  let limit = from
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const peak = Math.min(limit, offered)
    limit = nextLimit(limit, { tookMs: Math.max(1, peak * msPerRequest), mayTakeMs, peak }, bounds)
    limits.push(limit)
  }
  return limits
}

test('overload: within a second no more are in flight than make turns of the target length', () => {
  const limits = limitsOver(60, { msPerRequest: 0.1, offered: 10_000 })
  const right = mayTakeMs / 0.1
  expect(limits.findIndex((limit) => limit <= right * 1.2)).toBeLessThan(10)
  for (const limit of limits.slice(10)) expect(Math.abs(limit - right)).toBeLessThanOrEqual(right * 0.2)
})

test('overload that ends: the limit grows as far as is needed within two seconds, and as far as in quiet times when nothing is', () => {
  expect(limitsOver(20, { msPerRequest: 0.001, offered: 10_000, from: 16 }).at(-1)).toBe(bounds.most)
  expect(limitsOver(20, { msPerRequest: 0.001, offered: 10, from: 16 }).at(-1)).toBe(bounds.calm)
  expect(limitsOver(20, { msPerRequest: 0.001, offered: 100, from: bounds.calm }).at(-1)).toBeLessThan(250)
})

test('a service behind that hangs: many wait, turns are short, nothing is refused', () => {
  expect(limitsOver(50, { msPerRequest: 0.005, offered: 400 })).toEqual(Array.from({ length: 50 }, () => 512))
})

test('long turns with few requests are not theirs: the limit stays at its least', () => {
  expect(limitsOver(30, { msPerRequest: 10, offered: 10_000 }).at(-1)).toBe(bounds.least)
})

test('whatever is seen, the limit keeps its bounds, and long turns never raise it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 16, max: 512 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 0, max: 600 }),
      (limit, turn, peak) => {
        const next = nextLimit(limit, { tookMs: turn / 10, mayTakeMs, peak }, bounds)
        expect(next).toBeGreaterThanOrEqual(bounds.least)
        expect(next).toBeLessThanOrEqual(bounds.most)
        if (turn / 10 > mayTakeMs) expect(next).toBeLessThanOrEqual(limit)
      },
    ),
  )
})
