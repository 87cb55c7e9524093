import { expect, test } from 'vitest'
import type { NumbersMessage } from '../../../../../scripts/console/numbers/messages.ts'
import { createTally } from '../../../../../scripts/console/numbers/tally.ts'
import { watchNumbers } from '../../../../../scripts/console/numbers/watch-numbers.ts'
import { isUnreadable, toCurrentEvent } from '../../../../../scripts/events/log/current-event.ts'
import type { LogRecord } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import { inMemoryEventLog } from '../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { eventSourcedNames } from '../../../../../services/shop.ts'
import { cancelling, order, placing, receiving } from '../../events/given-orders.ts'
import { writtenLog } from '../../events/written-log.ts'

const stocked = [receiving('MUG-BLUE'), receiving('TEA-MINT')]
const log = writtenLog([...stocked, placing('a', 1), placing('b', 11), placing('c', 1), cancelling('c'), placing('d', 1)])
const events = log.filter(({ topic }) => topic.endsWith('.events'))
const placedMs = Date.parse('2026-01-02T03:04:05.000Z')
const muchLater = placedMs + 3_600_000

const tallyOf = (records: readonly LogRecord[], sinceMs = 0) => {
  const tally = createTally(sinceMs)
  for (const record of records) {
    const event = toCurrentEvent(record)
    if (!isUnreadable(event)) tally.add({ type: event.envelope.type, data: event.data, atMs: Date.parse(event.envelope.time) })
  }
  return tally
}
const counts = (records: readonly LogRecord[], nowMs = muchLater) =>
  Object.fromEntries(
    tallyOf(records)
      .invariants(nowMs)
      .map(({ name, count }) => [name, count]),
  )
const isOf =
  (letter: string, type: string) =>
  ({ headers }: LogRecord) =>
    String(headers.type) === type && String(headers.correlationId) === order(letter).orderId
const clean = { Lost: 0, 'Charged twice': 0, 'Money not conserved': 0, 'Stock not conserved': 0 }

test('orders are counted by how they ended, and a shop that works breaks nothing, whichever topic comes first', () => {
  for (const records of [
    events,
    events.toReversed().toSorted((one, other) => one.topic.localeCompare(other.topic) || one.offset - other.offset),
  ]) {
    expect(tallyOf(records).totals()).toEqual({ placed: 4, confirmed: 2, cancelled: 2, open: 0 })
    expect(counts(records)).toEqual(clean)
  }
})

test.each([
  ['Lost', 'a', (records: LogRecord[]) => records.filter((record) => !isOf('a', 'orders.OrderConfirmed')(record))],
  ['Charged twice', 'a', (records: LogRecord[]) => [...records, ...records.filter(isOf('a', 'payments.PaymentAuthorized'))]],
  ['Money not conserved', 'c', (records: LogRecord[]) => records.filter((record) => !isOf('c', 'payments.PaymentRefunded')(record))],
  ['Stock not conserved', 'b', (records: LogRecord[]) => records.filter((record) => !isOf('b', 'inventory.StockReleased')(record))],
  ['Stock not conserved', 'd', (records: LogRecord[]) => records.filter((record) => !isOf('d', 'inventory.StockReserved')(record))],
] as const)('%s is seen', (name, letter, change) => {
  const found = tallyOf(change(events))
    .invariants(muchLater)
    .find((one) => one.name === name)
  expect(found).toMatchObject({ count: 1, examples: [order(letter).orderId] })
  expect(counts(change(events).slice(0, 0))).toEqual(clean)
})

test('what may still be under way is no fault, and one that is put right goes', () => {
  const late = events.filter(isOf('b', 'inventory.StockReleased'))
  const tally = tallyOf(events.filter((record) => !late.includes(record)))
  expect(tally.invariants(placedMs + 1_000).map(({ count }) => count)).toEqual([0, 0, 0, 0])
  expect(tally.invariants(muchLater).map(({ count }) => count)).toEqual([0, 0, 0, 1])
  for (const record of late) tally.add({ type: String(record.headers.type), data: JSON.parse(String(record.value)), atMs: muchLater })
  expect(tally.invariants(muchLater + 60_000).map(({ count }) => count)).toEqual([0, 0, 0, 0])
})

test('orders that were placed before one began to read are left out', () => {
  const tally = tallyOf(events.slice(events.findIndex(isOf('a', 'orders.OrderPlaced')) + 1), placedMs + 1_000_000)
  expect(tally.totals()).toEqual({ placed: 0, confirmed: 0, cancelled: 0, open: 0 })
  expect(tally.invariants(muchLater).map(({ count }) => count)).toEqual([0, 0, 0, 0])
})

test('rates are of whole seconds; one that was confirmed first and then cancelled is in both', () => {
  const { seconds, placed, confirmed } = tallyOf(events).rates(placedMs + 5_000)
  expect(placed[seconds.indexOf(placedMs / 1000)]).toBe(4)
  expect([placed, confirmed].map((counts) => counts.reduce((sum, count) => sum + count, 0))).toEqual([4, 3])
})

test('the log is read once, then what comes; commands that nobody has answered are the lag', async () => {
  const eventLog = inMemoryEventLog()
  const write = (records: readonly LogRecord[]) =>
    eventLog.produce(records.map(({ topic, key, value, headers }) => ({ topic, key, value, headers })))
  const cut = log.findIndex(({ topic, headers }) => topic === 'orders.commands' && String(headers.id) === 'place-d')
  await write(log.slice(0, cut + 1))
  const stopping = new AbortController()
  const seen: NumbersMessage[] = []
  const isWritten = Promise.withResolvers<void>()
  const watching = watchNumbers(
    eventLog,
    { services: eventSourcedNames, orders: 'orders' },
    (message) => {
      seen.push(message)
      if (seen.length === 1) void write(log.slice(cut + 1)).then(isWritten.resolve)
      if (message.totals.placed === 4 && message.totals.open === 0) stopping.abort()
    },
    stopping.signal,
    5,
  )
  await isWritten.promise
  await watching
  expect(seen[0]?.totals).toMatchObject({ placed: 3 })
  expect(seen[0]?.backlogs.find(({ service }) => service === 'orders')?.commands).toBe(1)
  expect(seen.at(-1)).toMatchObject({
    sinceMs: 0,
    totals: { placed: 4, confirmed: 2, cancelled: 2, open: 0 },
    records: { read: events.length, of: events.length },
  })
  expect(seen.at(-1)?.backlogs.every(({ commands }) => commands === 0)).toBe(true)
  expect(seen.at(-1)?.invariants.map(({ count }) => count)).toEqual([0, 0, 0, 0])
})
