import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type Tail, tailEvents } from '../../../../../../services/shared/runtime/event-sourcing/tail.ts'
import { encodeRecord } from '../../../../../../services/shared/runtime/kafka/record.ts'
import { connect, eventually, quiet } from '../running-toy.ts'
import { createToyTopics, freshName } from '../toy-topics.ts'

const brokers = inject('brokers')
const eventLog = connect(brokers)
const service = freshName()
const topic = `${service}.events`
const event = (id: string, partition = 0) =>
  encodeRecord(
    topic,
    {
      id,
      type: `${service}.Deposited`,
      schemaVersion: 1,
      aggregateId: 'a',
      version: 1,
      causationId: 'c',
      correlationId: 'c',
      time: new Date().toISOString(),
    },
    {},
    partition,
  )
const tail = (from: 'beginning' | 'end', seen: string[], failOnce = false): Tail => {
  let fails = failOnce
  return tailEvents({
    eventLog,
    topics: [topic],
    from,
    logger: quiet,
    onEvents: (events) => {
      if (fails) {
        fails = false
        throw new Error('the view could not take it')
      }
      seen.push(...events.map(({ envelope }) => envelope.id))
    },
  })
}

beforeAll(async () => {
  await createToyTopics(brokers, service)
  const writer = eventLog.transactional(service)
  await writer.fence()
  await writer.commit([event('e1'), event('e2', 1)])
  await eventLog.produce([{ topic, partition: 0, key: 'a', value: 'garbage', headers: {} }])
  await writer.commit([event('e3')])
  await writer.discard()
})
afterAll(() => eventLog.close())

test('a tail is caught up once it passed what was there, control records at the end included (W10), and goes on', async () => {
  const seen: string[] = []
  const view = tail('beginning', seen)
  await view.caughtUp
  expect(seen.toSorted()).toEqual(['e1', 'e2', 'e3'])
  await eventLog.produce([event('e4')])
  await eventually(() => seen.includes('e4'))
  await view.stop()
})

test('a tail from the end shows only what is written after it started', async () => {
  const seen: string[] = []
  const view = tail('end', seen)
  await view.started
  await eventLog.produce([event('e5')])
  await eventually(() => seen.length > 0)
  expect(seen).toEqual(['e5'])
  await view.stop()
})

test('events that a view could not take come again, none is skipped', async () => {
  const seen: string[] = []
  const view = tail('beginning', seen, true)
  await view.caughtUp
  expect(seen.toSorted()).toEqual(['e1', 'e2', 'e3', 'e4', 'e5'])
  await view.stop()
})

test('a topic that does not exist yet is waited for', async () => {
  const late = freshName()
  const seen: string[] = []
  const view = tailEvents({
    eventLog,
    topics: [`${late}.events`],
    from: 'beginning',
    logger: quiet,
    onEvents: (events) => void seen.push(...events.map(({ envelope }) => envelope.id)),
  })
  await createToyTopics(brokers, late)
  await view.caughtUp
  await eventLog.produce([{ ...event('first'), topic: `${late}.events` }])
  await eventually(() => seen.includes('first'))
  await view.stop()
})
