import type { LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { type DecodeFailure, decodeRecord, type RecordedEvent } from '../../../services/shared/runtime/messaging/record-codec.ts'
import { place, toCurrentEvent, type Unreadable } from '../log/current-event.ts'

/** One command and all that was written for it, next to each other in the events partition. */
export interface Step {
  readonly service: string
  readonly partition: number
  /** `topic/partition/offset` of the command; what the records say when they say something else. */
  readonly source: string | undefined
  /** Absent when the command is not in the log: expired, or never there. */
  readonly command?: RecordedEvent | DecodeFailure
  /** Empty while nothing has been decided. */
  readonly outcome: readonly (RecordedEvent | Unreadable)[]
}

export type Records = AsyncIterable<LogRecord> | Iterable<LogRecord>

/**
 * A commands partition and its events partition, both in order → steps, in the order of the events; commands that no event names come
 * before the next one that is named, without outcome. Holds one command's records in memory.
 */
export async function* steps(service: string, partition: number, commands: Records, events: Records): AsyncGenerator<Step> {
  const waiting = iterate(commands)
  let next = await waiting.next()
  for await (const { source, records } of bySource(events)) {
    const outcome = records.map(toCurrentEvent)
    const offset = offsetOf(source, `${service}.commands/${partition}/`)
    while (!next.done && offset !== undefined && next.value.offset < offset) {
      yield { service, partition, source: place(next.value), command: decodeRecord(next.value), outcome: [] }
      next = await waiting.next()
    }
    if (!next.done && next.value.offset === offset) {
      yield { service, partition, source, command: decodeRecord(next.value), outcome }
      next = await waiting.next()
    } else yield { service, partition, source, outcome }
  }
  for (; !next.done; next = await waiting.next())
    yield { service, partition, source: place(next.value), command: decodeRecord(next.value), outcome: [] }
}

/** Neighbours that name the same command. */
async function* bySource(events: Records): AsyncGenerator<{ source: string | undefined; records: LogRecord[] }> {
  let group: { source: string | undefined; records: LogRecord[] } | undefined
  for await (const record of events) {
    const source = record.headers.source?.toString()
    if (group && source !== undefined && group.source === source) group.records.push(record)
    else {
      if (group) yield group
      group = { source, records: [record] }
    }
  }
  if (group) yield group
}

async function* iterate(records: Records): AsyncGenerator<LogRecord, undefined> {
  yield* records
}

const offsetOf = (source: string | undefined, prefix: string): number | undefined =>
  source?.startsWith(prefix) ? Number(source.slice(prefix.length)) : undefined
