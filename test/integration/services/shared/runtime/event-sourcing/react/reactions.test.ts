import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { encodeRecord } from '../../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { connect, eventually, type RunningToy, readAll, readEvents, runToy } from '../running-toy.ts'
import { createToyTopics, freshName } from '../toy-topics.ts'

const brokers = inject('brokers')
const eventLog = connect(brokers)
const [bank, shop] = [freshName(), freshName()]
let toy: RunningToy

beforeAll(async () => {
  await createToyTopics(brokers, bank, shop)
  const reactions = {
    [`${shop}.Deposited`]: ({ ref, cents }: { ref: string; cents: number }) => [
      { aggregateId: 'seller', command: { type: 'Deposit' as const, data: { ref, cents } } },
    ],
  }
  toy = await runToy(eventLog, bank, { subscribesTo: [shop], reactions })
})
afterAll(async () => {
  await toy.stop()
  await eventLog.close()
})

const sold = (id: string, data: object, { aggregateId = 'order-1', type = `${shop}.Deposited` } = {}) =>
  encodeRecord(
    `${shop}.events`,
    {
      id,
      type,
      schemaVersion: 1,
      aggregateId,
      version: 1,
      causationId: 'c',
      correlationId: 'saga-1',
      traceparent: 'trace-1',
      time: new Date().toISOString(),
    },
    data,
  )

test('an event heard twice changes the aggregate once; what is unfit is parked with those behind it, and what is foreign passed over', async () => {
  const event = sold('e1', { ref: 'sale-1', cents: 5 })
  const garbage = { topic: `${shop}.events`, key: 'order-1', value: 'garbage', headers: {} }
  const foreign = sold('e2', { anything: true }, { type: `${shop}.Painted` })
  const aggregateId = 'order-2'
  const [unfit, behind] = [sold('e3', { ref: 7 }, { aggregateId }), sold('e5', { ref: 'sale-3', cents: 1 }, { aggregateId })]
  await eventLog.produce([event, garbage, foreign, unfit, behind, event, sold('e4', { ref: 'sale-2', cents: 1 })])
  await eventually(async () => (await readAll(eventLog, `${bank}.dlq`)).length >= 3)
  await eventually(async () => (await readAll(eventLog, `${bank}.events`)).length >= 3)

  const events = await readEvents(eventLog, `${bank}.events`)
  expect(events.map(({ envelope: { type, version, correlationId, traceparent } }) => [type, version, correlationId, traceparent])).toEqual([
    [`${bank}.Deposited`, 1, 'saga-1', 'trace-1'],
    [`${bank}.CommandAnswered`, 0, 'saga-1', 'trace-1'],
    [`${bank}.Deposited`, 2, 'saga-1', 'trace-1'],
  ])
  const commands = await readAll(eventLog, `${bank}.commands`)
  const ids = commands.map(({ headers }) => headers.id?.toString())
  expect(ids[0]).toBe(ids[1])
  expect(commands.map(({ headers }) => headers.causationId?.toString())).toEqual(['e1', 'e1', 'e4'])
  const letters = await readAll(eventLog, `${bank}.dlq`)
  const told = letters.map(({ headers }) => [headers.id?.toString(), headers['dlq.code']?.toString(), headers['dlq.topic']?.toString()])
  expect(told).toHaveLength(3)
  expect(told).toContainEqual([undefined, 'HEADERS_INVALID', `${shop}.events`])
  expect(told.filter(([id]) => id !== undefined)).toEqual([
    ['e3', 'SCHEMA_MISMATCH', `${shop}.events`],
    ['e5', 'KEY_PARKED', `${shop}.events`],
  ])
})
