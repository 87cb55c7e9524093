import { expect, test } from 'vitest'
import type { StoryMessage } from '../../../../../scripts/console/order-story/story.ts'
import { watchStory } from '../../../../../scripts/console/order-story/watch-story.ts'
import type { TelemetrySource } from '../../../../../scripts/telemetry/source.ts'
import type { LogRecord, OutgoingRecord } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import { inMemoryEventLog } from '../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { order, placing, receiving } from '../../events/given-orders.ts'
import { writtenLog } from '../../events/written-log.ts'

const { orderId } = order('a')
const nobodyLogs: TelemetrySource = {
  search: async () => ({ lines: [], next: () => nobodyLogs.search({}, 0) }),
  spansOf: async () => [],
  tracesOf: async () => [],
  newestOrder: async () => undefined,
  damaged: [],
  close: async () => {},
}
const pace = { underWayMs: 5, endedMs: 5, quietMs: 5, afterglowMs: 1_000, telemetryMs: 5 }
const outgoing = ({ topic, partition, key, value, headers }: LogRecord): OutgoingRecord => ({ topic, partition, key, value, headers })

const nobodyBreaks = { changes: () => [], watch: async function* () {} }

test('where nobody keeps logs and traces, the log of events tells the story', async () => {
  const eventLog = inMemoryEventLog()
  await eventLog.produce(writtenLog([receiving('MUG-BLUE'), receiving('TEA-MINT'), placing('a')]).map(outgoing))
  const away = () => Promise.reject(new Error('nothing is kept here'))
  const telemetry = { ...nobodyLogs, search: away, tracesOf: away, spansOf: away }
  const stopping = new AbortController()
  const telling = watchStory({ eventLog, telemetry, breakers: nobodyBreaks }, orderId, stopping.signal, pace)
  const { story, withoutTelemetry } = (await telling.next()).value as StoryMessage
  expect([story.phase, story.status, withoutTelemetry]).toEqual(['ended', 'confirmed', 'nothing is kept here'])
  stopping.abort()
  await telling.next()
})

test('a story is told anew with each event, until it has ended', async () => {
  const partitions = 3
  const records = writtenLog([receiving('MUG-BLUE'), receiving('TEA-MINT'), placing('a'), placing('b')], { partitions })
  const events = records.filter(({ topic }) => topic.endsWith('.events'))
  const own = events.filter(({ headers }) => headers.correlationId?.toString() === orderId)
  const eventLog = inMemoryEventLog(undefined, partitions)
  const stopping = new AbortController()
  const seen: StoryMessage[] = []
  const telling = watchStory({ eventLog, telemetry: nobodyLogs, breakers: nobodyBreaks }, orderId, stopping.signal, pace)
  seen.push((await telling.next()).value as StoryMessage)
  for (const half of [events.slice(0, events.length / 2), events.slice(events.length / 2)]) {
    await eventLog.produce(half.map(outgoing))
    seen.push((await telling.next()).value as StoryMessage)
  }
  expect(seen.map(({ story }) => story.phase)).toEqual(['unknown', 'under-way', 'ended'])
  expect(
    seen
      .at(-1)
      ?.story.entries.map(({ id }) => id)
      .sort(),
  ).toEqual(own.map(({ headers }) => headers.id?.toString()).sort())
  stopping.abort()
  expect((await telling.next()).done).toBe(true)
})
