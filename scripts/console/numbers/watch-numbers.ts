import { setTimeout as delay } from 'node:timers/promises'
import { commandsTopic, eventsTopic } from '../../../services/shared/contracts/topology.ts'
import type { EventLog } from '../../../services/shared/runtime/kafka/event-log.ts'
import { isUnreadable, toCurrentEvent } from '../../events/log/current-event.ts'
import { offsetAt } from '../order-story/offset-at.ts'
import type { Backlog, NumbersMessage } from './messages.ts'
import { createTally } from './tally.ts'

type Log = Pick<EventLog, 'endOffsets' | 'readPartitions'>

/** Of one partition of events. */
interface Reading {
  readonly service: string
  readonly topic: string
  readonly partition: number
  readonly begin: number
  next: number
  end: number
  /** Offset behind the last command that was answered; undefined before one was seen. */
  answered?: number
}

/** Of orders, in each partition: what is older is not read again and again whenever somebody looks. */
const mostRecords = 10_000
/** Decoded in one turn of the event loop, in which nobody is answered. */
const maxBytes = 256 * 1024
const everyMs = 1_000
/** While the past is read, so that it takes less than half of a processor. */
const restMs = 20

/**
 * Reads the log of events once from some time ago and then what comes, and publishes once a second what it says.
 * @param services those that decide @param orders the one of them in whose events orders begin and end
 */
export async function watchNumbers(
  eventLog: Log,
  { services, orders }: { readonly services: readonly string[]; readonly orders: string },
  publish: (message: NumbersMessage) => void,
  signal: AbortSignal,
  periodMs: number = everyMs,
): Promise<void> {
  const { readings, sinceMs } = await begin(eventLog, services, orders)
  const tally = createTally(sinceMs)
  let publishedAt = 0
  const tell = async (): Promise<void> => {
    publishedAt = Date.now()
    publish({
      atMs: publishedAt,
      sinceMs,
      totals: tally.totals(),
      invariants: tally.invariants(publishedAt),
      rates: tally.rates(publishedAt),
      backlogs: await backlogs(eventLog, readings),
      records: {
        read: readings.reduce((sum, { next, begin }) => sum + next - begin, 0),
        of: readings.reduce((sum, { end, begin }) => sum + end - begin, 0),
      },
    })
  }
  while (!signal.aborted) {
    for (const [service, own] of Map.groupBy(readings, ({ service }) => service)) {
      const ends = await eventLog.endOffsets(eventsTopic(service))
      for (const reading of own) reading.end = ends.get(reading.partition) ?? reading.end
    }
    const open = readings.filter(({ next, end }) => next < end)
    const ranges = open.map(({ topic, partition, next }) => ({ topic, partition, from: next }))
    if (ranges.length > 0)
      for await (const { topic, partition, records, nextOffset } of eventLog.readPartitions(ranges, { maxBytes })) {
        const reading = open.find((one) => one.topic === topic && one.partition === partition)
        if (!reading) continue
        for (const record of records) {
          reading.answered = Math.max(reading.answered ?? 0, behindSource(record.headers.source?.toString()))
          const event = toCurrentEvent(record)
          if (!isUnreadable(event)) tally.add({ type: event.envelope.type, data: event.data, atMs: Date.parse(event.envelope.time) })
        }
        reading.next = nextOffset
        if (signal.aborted) return
        if (Date.now() - publishedAt >= periodMs) await tell()
        await delay(records.length > 100 ? restMs : 0, undefined, { signal }).catch(() => {})
      }
    await tell()
    await delay(periodMs, undefined, { signal }).catch(() => {})
  }
}

/** `orders.commands/3/120` → 121 */
const behindSource = (source: string | undefined): number => (source === undefined ? 0 : Number(source.split('/').at(-1)) + 1 || 0)

/** Where each partition is read from: the newest records of orders, and of the other services what belongs to these orders. */
async function begin(eventLog: Log, services: readonly string[], orders: string): Promise<{ readings: Reading[]; sinceMs: number }> {
  let sinceMs = 0
  const readings: Reading[] = []
  for (const service of [orders, ...services.filter((one) => one !== orders)]) {
    const topic = eventsTopic(service)
    for (const [partition, end] of await eventLog.endOffsets(topic)) {
      const isLong = service === orders && end > mostRecords
      const from = isLong ? end - mostRecords : sinceMs === 0 ? 0 : await offsetAt(eventLog, { topic, partition }, end, sinceMs)
      if (isLong) sinceMs = Math.max(sinceMs, await timeAt(eventLog, topic, partition, from))
      readings.push({ service, topic, partition, begin: from, next: from, end })
    }
  }
  return { readings, sinceMs }
}

async function timeAt(eventLog: Log, topic: string, partition: number, from: number): Promise<number> {
  for await (const { records } of eventLog.readPartitions([{ topic, partition, from }], { maxBytes: 1 }))
    for (const { headers } of records) return Date.parse(headers.time?.toString() ?? '')
  return 0
}

/** Commands behind the last one that was answered. */
async function backlogs(eventLog: Log, readings: readonly Reading[]): Promise<Backlog[]> {
  const services = [...Map.groupBy(readings, ({ service }) => service)]
  return Promise.all(
    services.map(async ([service, own]) => {
      const ends = await eventLog.endOffsets(commandsTopic(service))
      const waiting = own.map(({ partition, answered }) =>
        answered === undefined ? 0 : Math.max(0, (ends.get(partition) ?? 0) - answered),
      )
      return { service, commands: waiting.reduce((sum, count) => sum + count, 0) }
    }),
  )
}
