import { expect, test } from 'vitest'
import { readLetters } from '../../../../../scripts/events/dead-letters/read-letters.ts'
import { deadLetterRecord, resolutionRecord } from '../../../../../services/shared/runtime/messaging/dead-letter.ts'
import { inMemoryEventLog } from '../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { placing } from '../given-orders.ts'
import { writtenLog } from '../written-log.ts'

const time = '2026-01-02T04:00:00.000Z'
const log = writtenLog([placing('a'), placing('b')])

test.each([
  ['command', 'orders', 'PlaceOrder'],
  ['event', 'payments', 'orders.OrderPlaced'],
])('why a %s was given up can be read again', async (_, service, type) => {
  const record = log.find(({ headers }) => String(headers.type) === type)
  if (!record) throw new Error(`no ${type}`)
  const eventLog = inMemoryEventLog()
  await eventLog.produce([deadLetterRecord(`${service}.dlq`, record, { service, code: 'SCHEMA_MISMATCH', detail: 'no', time })])
  expect(await readLetters(eventLog)).toMatchObject([{ status: 'parked' }])
  expect((await readLetters(eventLog))[0]).not.toHaveProperty('reason')
  await eventLog.produce([
    resolutionRecord({ service, deadLetter: `${service}.dlq/0/0`, origin: record, resolution: 'discarded', time, reason: 'a typo' }),
  ])
  expect(await readLetters(eventLog)).toMatchObject([{ place: `${service}.dlq/0/0`, status: 'discarded', reason: 'a typo' }])
})

test('a command that is put aside again keeps its place in front of those that wait behind it', async () => {
  const [one, two] = log.filter(({ headers }) => String(headers.type) === 'PlaceOrder')
  if (!one || !two) throw new Error('two orders were placed')
  const eventLog = inMemoryEventLog()
  const put = (code: string, record: typeof one) => deadLetterRecord('orders.dlq', record, { service: 'orders', code, detail: 'no', time })
  await eventLog.produce([put('SCHEMA_MISMATCH', one), put('KEY_PARKED', two), put('SCHEMA_MISMATCH', { ...one, offset: 99 })])
  expect((await readLetters(eventLog)).map(({ place }) => place)).toEqual(['orders.dlq/0/0', 'orders.dlq/0/1'])
})
