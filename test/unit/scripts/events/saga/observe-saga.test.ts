import { expect, test } from 'vitest'
import { shopRules } from '../../../../../scripts/events/rules.ts'
import { exploreSaga } from '../../../../../scripts/events/saga/explore-saga.ts'
import { observeSaga } from '../../../../../scripts/events/saga/observe-saga.ts'
import { requests } from '../../../../../scripts/events/saga/requests.ts'
import { strangeTo } from '../../../../../scripts/events/saga/saga-edges.ts'
import { comparisonText, sagaText } from '../../../../../scripts/events/saga/saga-text.ts'
import type { LogRecord } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import { eventSourcedNames } from '../../../../../services/shop.ts'
import { cancelling, placing, receiving } from '../given-orders.ts'
import { logOf } from '../log-of.ts'
import { writtenLog } from '../written-log.ts'

const page = exploreSaga(shopRules(), requests)
const log = writtenLog([receiving('MUG-BLUE'), receiving('TEA-MINT'), placing('a'), placing('b', 9), cancelling('a')])
const observe = (records: readonly LogRecord[]) => observeSaga(logOf(records), eventSourcedNames, page)

test('what happens in a shop that works is on the page, and counted', async () => {
  const counts = await observe(log)
  expect(strangeTo(page, counts)).toEqual([])
  expect(counts.get('orders PlaceOrder ← request')).toBe(2)
  expect(counts.get('inventory ReserveStock ← orders.OrderPlaced')).toBe(4)
  expect(counts.get('orders CancelOrder ← inventory.StockReservationRefused')).toBe(1)
  expect(counts.get('orders CancelOrder → orders.OrderCancelled')).toBe(2)
  expect(counts.has('orders ExpireOrder ← timer')).toBe(false)
})

test('negative control: what another release has done is not on the page', async () => {
  const replaced = (type: string, header: string, by: string) =>
    log.map((record) =>
      record.headers.type?.toString() === type ? { ...record, headers: { ...record.headers, [header]: Buffer.from(by) } } : record,
    )
  expect(strangeTo(page, await observe(replaced('PayOrder', 'type', 'PayLater')))).toContain('orders PayLater → orders.OrderPaid')
  expect(strangeTo(page, await observe(replaced('BookShipment', 'causationId', 'nobody')))).toEqual([
    'shipping BookShipment ← an event that is not in the log',
  ])
})

test('as text: counts behind the names, and what it comes to', async () => {
  const counts = await observe(log)
  const lines = ['orders ExpireOrder', '  because of  timer 0×', '  may cause   orders.OrderCancelled 0×', '  or refuse   ORDER_UNKNOWN 0×']
  expect(sagaText(page, counts)).toContain(`${lines.join('\n')}\n`)
  expect(comparisonText(page, counts)).toMatch(/^\d+ of \d+ arrows have been gone along; nothing has happened that is not on the page\n$/)
  expect(comparisonText(page, new Map([['x y ← z', 1]]))).toContain('not on the page: x y ← z')
})
