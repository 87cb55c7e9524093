import type { EventLog, LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { answerOf } from '../audit/answer.ts'
import { isUnreadable, place, toCurrentEvent } from '../log/current-event.ts'
import { deadLetterTopics, eventsTopics } from '../log/shop-log.ts'
import { tellEvent } from './tell-event.ts'

/** One thing that happened to an order, wherever it was written. */
export interface TimelineEntry {
  /** RFC 3339. */
  readonly time: string
  readonly service: string
  readonly type: string
  readonly aggregateId: string
  /** 0 for what changed nothing. */
  readonly version: number
  readonly text: string
  /** `topic/partition/offset` */
  readonly place: string
  readonly data: unknown
}

/** Reads all events topics for what belongs to one order: a saga's records carry the order's id as their correlation. */
export async function orderTimeline(eventLog: EventLog, orderId: string, onRead: (records: number) => void): Promise<TimelineEntry[]> {
  const entries: TimelineEntry[] = []
  let read = 0
  for (const topic of [...eventsTopics, ...deadLetterTopics]) {
    const partitions = [...(await eventLog.endOffsets(topic)).keys()]
    for await (const { records } of eventLog.readPartitions(partitions.map((partition) => ({ topic, partition, from: 0 })))) {
      entries.push(...records.filter((record) => isOf(record, orderId)).map(toEntry))
      read += records.length
      onRead(read)
    }
  }
  return entries.sort((one, other) => Date.parse(one.time) - Date.parse(other.time))
}

const isOf = ({ key, headers }: LogRecord, orderId: string): boolean =>
  headers.correlationId?.toString() === orderId || key?.toString() === orderId

function toEntry(record: LogRecord): TimelineEntry {
  const [service = ''] = record.topic.split('.')
  const header = (name: string) => record.headers[name]?.toString() ?? ''
  const about = { service, type: header('type'), aggregateId: record.key?.toString() ?? '', place: place(record) }
  const code = header('dlq.code')
  if (code) {
    const text = `put aside: ${code} ${header('dlq.detail')}`
    return { ...about, time: header('dlq.time'), version: 0, text, data: record.value?.toString() }
  }
  const event = toCurrentEvent(record)
  if (isUnreadable(event)) return { ...about, time: header('time'), version: 0, text: event.unreadable, data: record.value?.toString() }
  const { envelope, data } = event
  const answer = answerOf(event)
  const text = answer
    ? `${answer.commandType}: ${[answer.outcome, answer.code, answer.detail].filter(Boolean).join(' ')}`
    : tellEvent(envelope.type, data)
  return { ...about, time: envelope.time, version: envelope.version, text, data }
}
