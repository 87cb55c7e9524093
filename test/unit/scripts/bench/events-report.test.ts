import { expect, test } from 'vitest'
import type { EventsMeasurement } from '../../../../scripts/bench/events.ts'
import { eventsReport } from '../../../../scripts/bench/events-report.ts'

const compared = (one: number, other: number) => ({ one, other, ratio: { median: one / other, min: one / other, max: one / other } })
const latency = { p50Ms: 1, p99Ms: 2 }
const good: EventsMeasurement = {
  transactionsOf100: compared(6_000, 17_000),
  transactionsOf1000: compared(19_000, 22_000),
  microBatches: compared(10_000, 120),
  folding: compared(70_000, 130_000),
  snapshots: { folding: compared(9_000, 10), recovering: compared(50, 9) },
  startUp: { events: 1_000_000, withSnapshots: { ms: 40, eventsRead: 1_000 }, without: { ms: 14_000, eventsRead: 1_000_000 } },
  longLog: { orders: 1_000, records: 26_500, writeMs: 1_500, verifyMs: 1_100, holds: true },
  rebuild: compared(9_000, 200),
  shop: {
    load: {
      sent: 400,
      accepted: 400,
      confirmed: 400,
      cancelled: {},
      lost: [],
      rejected: {},
      givenUp: 0,
      givenUpBecause: {},
      retries: 0,
      acceptance: latency,
      confirmation: latency,
      durationMs: 10_000,
      repeated: 0,
      confirmedPerSecond: 40,
      orders: [],
    },
    visibility: { orders: 100, p50: 60, p99: 180, unseen: 0 },
    kafkaRecordsPerSecond: 55_000,
  },
}
const missed = (measured: EventsMeasurement) =>
  eventsReport(measured)
    .filter(({ met }) => met === false)
    .map(({ what }) => what)

test('what reaches its goals misses none, and every promised ratio has one', () => {
  expect(missed(good)).toEqual([])
  expect(eventsReport(good).filter(({ goal }) => goal?.startsWith('≥'))).toHaveLength(6)
})

test.each<[string, Partial<EventsMeasurement>, RegExp]>([
  ['slow transactions', { transactionsOf100: compared(29, 100) }, /transactions of 100/],
  ['a slow fold', { folding: compared(49, 100) }, /folded/],
  ['a long start', { startUp: { ...good.startUp, withSnapshots: { ms: 9, eventsRead: 1_001 } } }, /new owner/],
  ['a log with a fault', { longLog: { ...good.longLog, holds: false } }, /a log of/],
  ['a lost order', { shop: { ...good.shop, load: { ...good.shop.load, lost: ['ord_x'] } } }, /whole shop/],
  ['an order that nobody sees', { shop: { ...good.shop, visibility: { ...good.shop.visibility, unseen: 1 } } }, /its page/],
])('%s misses its goal', (_, worse, what) => {
  expect(missed({ ...good, ...worse })).toEqual([expect.stringMatching(what)])
})

test('orders a second are told in records too, beside what the broker could take', () => {
  const texts = eventsReport(good).map(({ what, measured }) => `${what}: ${measured}`)
  expect(texts).toContain('400 orders through the whole shop: 40 orders/s (1060 records/s), 0 lost')
  const without = eventsReport({ ...good, shop: { ...good.shop, kafkaRecordsPerSecond: undefined } })
  expect(without.at(-1)?.measured).toBe('not measured: needs Java and Maven')
})
