import { afterEach, expect, test, vi } from 'vitest'
import { parkedEventReader } from '../../../../../../../services/shared/runtime/event-sourcing/quarantine/parked-event-reader.ts'
import type { EventLog, LogRecord } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import { deadLetterRecord, resolutionRecord } from '../../../../../../../services/shared/runtime/messaging/dead-letter.ts'
import { inMemoryEventLog, toLogRecord } from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { sold, time } from '../react/heard-events.ts'

vi.mock('node:timers/promises', () => import('../../../../../timer-promises.ts'))
afterEach(() => void vi.useRealTimers())

const event = (offset: number): LogRecord => toLogRecord(sold(`e${offset}`, `k${offset}`), offset)
const letters = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) =>
    deadLetterRecord('toy.dlq', event(from + index), { service: 'toy', code: 'X', detail: '', time }),
  )
const notes = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) =>
    resolutionRecord({ service: 'toy', deadLetter: 'toy.dlq/0/0', origin: event(from + index), resolution: 'discarded', time }),
  )
const offsets = ({ parkedEvents }: ReturnType<typeof parkedEventReader>) => [...parkedEvents.all()].map(({ offset }) => offset)

/** A reader, and how many records it was shown. */
function counted(log: EventLog) {
  let records = 0
  const reader = parkedEventReader(
    {
      ...log,
      readPartitions: async function* (ranges) {
        for await (const batch of log.readPartitions(ranges)) {
          records += batch.records.length
          yield batch
        }
      },
    },
    'toy',
  )
  return { ...reader, records: () => records }
}

test('the next start reads from the first letter that still counts, and knows the same', async () => {
  const log = inMemoryEventLog()
  // Dead letters 0–1199 are done with; 1200 waits, and after it come letters that do not wait any more.
  await log.produce([...letters(0, 600), ...notes(0, 600), ...letters(600, 1800), ...notes(601, 1800)])
  const first = counted(log)
  await first.catchUp()
  expect(first.records()).toBe(3599)
  const second = counted(log)
  await second.catchUp()
  expect(offsets(second)).toEqual([600])
  expect(second.parkedEvents.firstBefore(event(700), 'k600')).toBe(600)
  expect(second.records()).toBe(3599 - 1200)
})

test('what was put aside several times counts from its first letter', async () => {
  const log = inMemoryEventLog()
  await log.produce([...letters(0, 1100), ...notes(0, 1100), ...letters(7, 8), ...letters(8, 9), ...letters(7, 8)])
  await counted(log).catchUp()
  const next = counted(log)
  await next.catchUp()
  expect(offsets(next)).toEqual([7, 8])
  expect(next.records()).toBe(3)
})

test('where reading goes on is kept now and then, and again when Kafka did not take it', async () => {
  const log = inMemoryEventLog()
  const kept: number[] = []
  let away = true
  const commitOffset: EventLog['commitOffset'] = async (_group, _partition, offset) => {
    if (away) throw new Error('away')
    kept.push(offset)
  }
  const reader = counted({ ...log, commitOffset })
  const handle = async (from: number, to: number) => {
    await log.produce([...letters(from, to), ...notes(from, to)])
    await reader.catchUp()
  }
  await handle(0, 499)
  await handle(499, 510)
  away = false
  await handle(510, 511)
  await handle(511, 512)
  expect(kept).toEqual([1022])
  expect(reader.records(), 'each read once').toBe(1024)
})

test('what is put aside counts once all of it can be read: neither a part of it nor a note about it is enough', async () => {
  vi.useFakeTimers()
  const log = inMemoryEventLog()
  let visible = 0
  const { park } = parkedEventReader(
    {
      ...log,
      readPartitions: async function* (ranges) {
        for await (const batch of log.readPartitions(ranges)) {
          const records = batch.records.filter(({ offset }) => offset < visible)
          if (records.length > 0) yield { ...batch, records, nextOffset: visible }
        }
      },
    },
    'toy',
  )
  const garbage = { topic: 'toy.dlq', partition: 0, key: 'x', value: null, headers: {} }
  const write = () => log.produce([garbage, ...notes(1, 2), ...letters(0, 2)])
  const seen: number[] = []
  const parking = park([event(0), event(1)], write, async () => {
    seen.push(visible)
    visible += 1
  })
  await vi.advanceTimersByTimeAsync(15_000)
  await parking
  expect(seen).toEqual([0, 1, 2, 3])
})
