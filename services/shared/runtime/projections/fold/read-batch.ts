import { commandAnsweredType } from '../../../contracts/command-answered.ts'
import type { LogRecord, RecordBatch } from '../../kafka/event-log.ts'
import { decodeEvent, type EventReading } from '../../messaging/decode-event.ts'
import { type DecodeFailure, isDecodeFailure, type RecordedEvent } from '../../messaging/record-codec.ts'

/** What it takes to read the events of topics. */
export interface BatchReading extends EventReading {
  /** Types that are to be applied. */
  readonly applied: ReadonlySet<string>
  /** Types that exist; more than those applied. */
  readonly known: ReadonlySet<string>
}

/** A batch sorted into what can be applied and what must be quarantined. */
export interface ReadBatch {
  readonly events: readonly RecordedEvent[]
  readonly unreadable: readonly { readonly record: LogRecord; readonly failure: DecodeFailure }[]
}

/**
 * Decodes a batch; events of older schema versions come as the current one. Known events that nobody applies are left out unread.
 * What nobody knows (a type or version of a newer release, garbage) is unreadable.
 */
export function readBatch({ records }: Pick<RecordBatch, 'records'>, reading: BatchReading): ReadBatch {
  const events: RecordedEvent[] = []
  const unreadable: { record: LogRecord; failure: DecodeFailure }[] = []
  for (const record of records) {
    const type = record.headers.type?.toString()
    if (type !== undefined && !reading.applied.has(type) && isKnown(type, record.topic, reading)) continue
    const event = decodeEvent(reading, record)
    if (isDecodeFailure(event)) unreadable.push({ record, failure: event })
    else if (reading.applied.has(event.envelope.type)) events.push(event)
  }
  return { events, unreadable }
}

const isKnown = (type: string, topic: string, { known }: BatchReading): boolean =>
  known.has(type) || type === commandAnsweredType(topic.slice(0, topic.lastIndexOf('.')))
