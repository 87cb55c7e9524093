import { Registry } from 'prom-client'
import { beforeEach, expect, test, vi } from 'vitest'
import { eventSourcingMetrics } from '../../../../../../../services/shared/runtime/event-sourcing/event-sourcing-metrics.ts'
import { startEventHandler } from '../../../../../../../services/shared/runtime/event-sourcing/react/event-handler.ts'
import { react } from '../../../../../../../services/shared/runtime/event-sourcing/react/reactions.ts'
import { backOff } from '../../../../../../../services/shared/runtime/kafka/back-off.ts'
import type { EventLog, LogRecord, OutgoingRecord, SubscribeOptions } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import { deadLetterRecord, originOf, resolutionRecord } from '../../../../../../../services/shared/runtime/messaging/dead-letter.ts'
import { currentWork } from '../../../../../../../services/shared/runtime/process/trace-context.ts'
import {
  type InMemoryEventLog,
  inMemoryEventLog,
  toLogRecord,
} from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { recordSpans } from '../../recorded-spans.ts'
import { sold, soldRules, time } from './heard-events.ts'

/** Nobody waits here: attempts are counted. */
vi.mock('../../../../../../../services/shared/runtime/kafka/back-off.ts', () => ({ backOff: vi.fn(async () => undefined) }))
beforeEach(() => void vi.mocked(backOff).mockClear())

/** `A1` is poison to a release that knows version 1 only. */
const poison = (id: string, key: string) => sold(id, key, undefined, 2)
const control = { heartbeat: async () => undefined, assertMember: async () => undefined }

/** One replica of the toy service: batches of the shop's events are handed to it by hand. */
function replica(log: EventLog, release = 1, onError: () => void = () => undefined) {
  let subscription: SubscribeOptions | undefined
  let reads = 0
  const errors: unknown[] = []
  const eventLog: EventLog = {
    ...log,
    subscribe: (options) => {
      subscription = options
      return { stop: async () => undefined }
    },
    readPartitions: (ranges) => {
      reads += 1
      return log.readPartitions(ranges)
    },
  }
  const messages: unknown[] = []
  const error = (about: unknown, message: string) => {
    errors.push(about)
    messages.push(message)
    onError()
  }
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error }
  const registry = new Registry()
  const metrics = eventSourcingMetrics('toy', registry)
  startEventHandler({ rules: soldRules(release), subscribesTo: ['shop'], eventLog, logger, clock: () => new Date(time), metrics })
  const hear = async (partition: number, from: number, events: readonly OutgoingRecord[]): Promise<void> => {
    const records = events.map((event, index) => toLogRecord({ ...event, partition }, from + index))
    await subscription?.onBatch({ topic: 'shop.events', partition, records, nextOffset: from + events.length }, control)
  }
  return {
    errors,
    messages,
    logger,
    subscription: () => subscription,
    reads: () => reads,
    parked: async () => (await registry.getSingleMetric('records_parked_total')?.get())?.values[0]?.value ?? 0,
    /** The next events of `shop.events/0`. */
    hear: (from: number, ...events: readonly OutgoingRecord[]) => hear(0, from, events),
    /** The same of another partition. */
    hearOf: (partition: number, from: number, ...events: readonly OutgoingRecord[]) => hear(partition, from, events),
  }
}

const text = (record: LogRecord, name: string) => record.headers[name]?.toString()
/** Ids of the events behind the commands, and codes and offsets of the letters. */
const commands = (log: InMemoryEventLog) => log.read('toy.commands').map((record) => text(record, 'causationId'))
const letters = (log: InMemoryEventLog) =>
  log.read('toy.dlq').flatMap((record) => (record.headers['dlq.code'] ? [`${text(record, 'dlq.offset')} ${text(record, 'dlq.code')}`] : []))

/** What `dlq redrive` of a release that knows version 2 writes for the event at an offset: its command, then the note. */
function redriving(log: InMemoryEventLog, offset: number): { command: readonly OutgoingRecord[]; note: OutgoingRecord } {
  const letter = log.read('toy.dlq').find((record) => text(record, 'dlq.offset') === String(offset))
  const origin = letter && originOf(letter)
  if (!origin) throw new Error(`no letter of ${offset}`)
  const event: LogRecord = { ...letter, ...origin }
  return {
    command: react(soldRules(2), event, time).records,
    note: resolutionRecord({ service: 'toy', deadLetter: `toy.dlq/0/${letter.offset}`, origin, resolution: 'redriven', time }),
  }
}
async function redrive(log: InMemoryEventLog, ...offsets: readonly number[]) {
  const all = offsets.map((offset) => redriving(log, offset))
  await log.produce(all.flatMap(({ command }) => command))
  await log.produce(all.map(({ note }) => note))
}

test('poison holds up its key and no other, in this batch and in the next', async () => {
  const log = inMemoryEventLog()
  const one = replica(log)
  await one.hear(0, poison('A1', 'A'), sold('A2', 'A'), sold('B1', 'B'))
  await one.hear(3, sold('A3', 'A'), sold('B2', 'B'), sold('x', 'A', {}, 1, 'shop.Returned'))
  expect(commands(log)).toEqual(['B1', 'B2'])
  expect(letters(log)).toEqual(['0 VERSION_FROM_FUTURE', '1 KEY_PARKED', '3 KEY_PARKED'])
  expect(one.errors).toMatchObject([
    { offset: 0, key: 'A' },
    { offset: 1, detail: 'waits behind shop.events/0/0 of the same aggregate' },
    { offset: 3 },
  ])
  expect(await one.parked()).toBe(3)
})

test('redriven, its events come in order, and later ones are forwarded again', async () => {
  const log = inMemoryEventLog()
  const one = replica(log)
  await one.hear(0, poison('A1', 'A'), sold('A2', 'A'))
  await redrive(log, 0, 1)
  await one.hear(2, sold('A3', 'A'))
  expect(commands(log)).toEqual(['A1', 'A2', 'A3'])
  expect(letters(log)).toHaveLength(2)
})

test('a restart between parking and redriving changes nothing; events delivered again get no second letter', async () => {
  const log = inMemoryEventLog()
  await replica(log).hear(0, sold('A0', 'A'), poison('A1', 'A'), sold('A2', 'A'))
  const [next, after] = [replica(log, 2), replica(log, 2)]
  await next.hear(0, sold('A0', 'A'), poison('A1', 'A'), sold('A2', 'A'), sold('A3', 'A'))
  // A0 is forwarded again, which the aggregate knows; nothing overtakes A1 although this release could read it.
  expect(commands(log)).toEqual(['A0', 'A0'])
  expect(letters(log)).toEqual(['1 VERSION_FROM_FUTURE', '2 KEY_PARKED', '3 KEY_PARKED'])
  await redrive(log, 1, 2, 3)
  await after.hear(4, sold('A4', 'A'))
  expect(commands(log)).toEqual(['A0', 'A0', 'A1', 'A2', 'A3', 'A4'])
})

test('an event that is put aside while those before it are redriven waits, and is not lost', async () => {
  const log = inMemoryEventLog()
  const one = replica(log)
  await one.hear(0, poison('A1', 'A'))
  const { command, note } = redriving(log, 0)
  await log.produce(command)
  await one.hear(1, sold('A2', 'A'))
  await log.produce([note])
  await one.hear(2, sold('A3', 'A'))
  expect(commands(log)).toEqual(['A1'])
  expect(letters(log)).toEqual(['0 VERSION_FROM_FUTURE', '1 KEY_PARKED', '2 KEY_PARKED'])
  await redrive(log, 1, 2)
  await one.hear(3, sold('A4', 'A'))
  expect(commands(log)).toEqual(['A1', 'A2', 'A3', 'A4'])
})

test('two owners of a partition: whoever comes to a key later finds what the other put aside', async () => {
  const log = inMemoryEventLog()
  const [zombie, owner] = [replica(log, 1), replica(log, 2)]
  await zombie.hear(0, sold('B1', 'B'))
  await owner.hear(1, sold('C1', 'C'))
  await zombie.hear(1, sold('C1', 'C'), poison('A1', 'A'))
  // The owner has read the letters before, and its batches follow each other.
  await owner.hear(2, poison('A1', 'A'), sold('A2', 'A'))
  await zombie.hear(3, sold('A2', 'A'))
  await owner.hear(4, sold('A3', 'A'))
  const ofA = commands(log).filter((id) => id?.startsWith('A'))
  // Each saw A1 first: the owner forwarded it, the zombie holds up the rest. No event of A is written before an earlier one.
  expect(ofA).toEqual(['A1', 'A2', 'A3'])
  expect(letters(log)).toEqual(['2 VERSION_FROM_FUTURE', '3 KEY_PARKED'])
  // The partition comes back after somebody else had it: nothing is known for certain.
  await owner.hear(7, sold('A6', 'A'))
  expect(letters(log).at(-1)).toBe('7 KEY_PARKED')
})

test('while nothing waits the letters are read once; while something waits, before every batch', async () => {
  const log = inMemoryEventLog()
  const one = replica(log)
  for (let offset = 0; offset < 5; offset += 1) await one.hear(offset, sold(`B${offset}`, 'B'))
  expect(one.reads()).toBe(1)
  await one.hear(5, poison('A1', 'A'))
  const after = one.reads()
  for (let offset = 6; offset < 9; offset += 1) await one.hear(offset, sold(`B${offset}`, 'B'))
  expect(one.reads()).toBe(after + 3)
  await redrive(log, 5)
  for (let offset = 9; offset < 14; offset += 1) await one.hear(offset, sold(`B${offset}`, 'B'))
  expect(one.reads()).toBe(after + 4)
})

test('letters that cannot be read are no reason to go on: the batch comes again', async () => {
  const log = inMemoryEventLog()
  await replica(log).hear(0, poison('A1', 'A'))
  let away = true
  const readPartitions: EventLog['readPartitions'] = (ranges) => {
    if (away) throw new Error('Kafka is away')
    return log.readPartitions(ranges)
  }
  const next = replica({ ...log, readPartitions })
  await expect(next.hear(1, sold('A2', 'A'), sold('B1', 'B'))).rejects.toThrow('Kafka is away')
  expect(commands(log)).toEqual([])
  away = false
  await next.hear(1, sold('A2', 'A'), sold('B1', 'B'))
  expect(commands(log)).toEqual(['B1'])
})

test('the batch ends when its letters can be read: somebody else’s open transaction may hide them', async () => {
  const log = inMemoryEventLog()
  const hidden = async function* () {}
  const readPartitions: EventLog['readPartitions'] = (ranges) =>
    vi.mocked(backOff).mock.calls.length < 3 ? hidden() : log.readPartitions(ranges)
  const one = replica({ ...log, readPartitions })
  await one.hear(0, poison('A1', 'A'))
  expect(vi.mocked(backOff).mock.calls).toEqual([[1], [2], [3]])
  await one.hear(1, sold('A2', 'A'))
  expect(letters(log)).toEqual(['0 VERSION_FROM_FUTURE', '1 KEY_PARKED'])
})

test('letters that stay hidden are an error that is tried again', async () => {
  const log = inMemoryEventLog()
  const one = replica({ ...log, readPartitions: () => (async function* () {})() })
  await expect(one.hear(0, poison('A1', 'A'))).rejects.toThrow('cannot be read yet')
  expect(backOff).toHaveBeenCalledTimes(12)
  expect(await one.parked()).toBe(0)
})

test('of ten thousand letters only what waits is kept in mind', async () => {
  const log = inMemoryEventLog()
  const evidence = { service: 'toy', code: 'X', detail: '', time }
  const events = Array.from({ length: 10_000 }, (_, offset) => toLogRecord(sold(`e${offset}`, `key-${offset}`), offset))
  await log.produce(events.map((event) => deadLetterRecord('toy.dlq', event, evidence)))
  const done = events.filter(({ offset }) => offset % 1000 !== 0)
  await log.produce(done.map((origin) => resolutionRecord({ service: 'toy', deadLetter: 'x', origin, resolution: 'redriven', time })))
  const one = replica(log)
  await one.hear(10_000, sold('a', 'key-1'), sold('b', 'key-2000'), sold('c', 'key-9999'))
  expect(commands(log)).toEqual(['a', 'c'])
  expect(letters(log).at(-1)).toBe('10001 KEY_PARKED')
})

test('an event that is put aside is told with its trace and its saga', async () => {
  const log = inMemoryEventLog()
  const told: unknown[] = []
  const listener = replica(log, 1, () => told.push(currentWork()))
  const traceId = 'a'.repeat(32)
  const event = poison('e1', 'A1')
  await listener.hear(0, { ...event, headers: { ...event.headers, traceparent: `00-${traceId}-${'b'.repeat(16)}-01` } })
  expect(told).toMatchObject([{ trace: { traceId }, labels: { correlationId: String(event.headers.correlationId) } }])
})

test('it reads the events of those it subscribes to in a group of its own, from their beginning, and tells what it forwards', async () => {
  const log = inMemoryEventLog()
  const one = replica(log)
  expect(one.subscription()).toMatchObject({ group: 'toy.reactions', topics: ['shop.events'], from: 'beginning' })
  await one.hear(0, sold('A1', 'A'), sold('x', 'A', {}, 1, 'shop.Returned'), poison('B1', 'B'))
  const place = { topic: 'shop.events', partition: 0 }
  expect(one.logger.debug.mock.calls).toEqual([[{ ...place, offset: 0, commands: 1 }, 'event handled']])
  expect(one.errors).toMatchObject([{ ...place, offset: 2, code: 'VERSION_FROM_FUTURE', key: 'B' }])
  expect(one.messages).toEqual(['event parked'])
})

test('what is known of one partition says nothing about another, nor about a batch that comes again', async () => {
  const log = inMemoryEventLog()
  let away = false
  const produce: EventLog['produce'] = async (records) => {
    if (away) throw new Error('Kafka is away')
    await log.produce(records)
  }
  const one = replica({ ...log, produce })
  await one.hearOf(0, 0, sold('A1', 'A'), sold('A2', 'A'))
  await one.hearOf(1, 2, sold('B1', 'B'))
  expect(one.reads(), 'another partition').toBe(2)
  away = true
  await expect(one.hearOf(0, 2, sold('A3', 'A'))).rejects.toThrow('Kafka is away')
  expect(one.reads(), 'the batch that follows').toBe(2)
  away = false
  await one.hearOf(0, 2, sold('A3', 'A'))
  expect(one.reads(), 'the same batch again').toBe(3)
})

test('garbage is put aside and holds up nobody: the letters are not read again for what follows', async () => {
  const log = inMemoryEventLog()
  const one = replica(log)
  await one.hear(0, { ...sold('A1', 'A'), headers: {} })
  expect(letters(log)).toEqual(['0 HEADERS_INVALID'])
  const after = one.reads()
  await one.hear(1, sold('A2', 'A'))
  expect(one.reads()).toBe(after)
  expect(commands(log)).toEqual(['A2'])
})

test('a batch without events, or with none that is anybody’s business, writes nothing', async () => {
  const log = inMemoryEventLog()
  const produce = vi.fn(log.produce)
  const one = replica({ ...log, produce })
  await one.hear(0)
  await one.hear(0, sold('x', 'A', {}, 1, 'shop.Returned'))
  expect(produce).not.toHaveBeenCalled()
})

test('each event that it reacts to is a span, and its commands go on from there; one that is put aside has failed', async () => {
  using spans = recordSpans()
  const log = inMemoryEventLog()
  await replica(log).hear(0, sold('A1', 'A'), sold('x', 'A', {}, 1, 'shop.Returned'), poison('B1', 'B'))
  expect(spans.ended().map(({ name, attributes, status }) => [name, attributes['breakwater.commands'], status.message])).toEqual([
    ['event shop.Sold', [text(log.read('toy.commands')[0] as LogRecord, 'type')], undefined],
    ['event shop.Sold', undefined, 'VERSION_FROM_FUTURE'],
  ])
  const { traceId, spanId } = spans.ended()[0]?.spanContext() ?? {}
  expect(log.read('toy.commands').map((record) => text(record, 'traceparent'))).toEqual([`00-${traceId}-${spanId}-01`])
})
