import type { EventLog, Following, LogRecord } from '../kafka/event-log.ts'
import type { Logger } from '../kafka/kafka-logger.ts'
import { decodeRecord, isDecodeFailure, type RecordedEvent } from '../kafka/record.ts'

export interface TailOptions {
  readonly eventLog: EventLog
  readonly topics: readonly string[]
  readonly from: 'beginning' | 'end'
  /** One partition's events in order, `CommandAnswered` included. When it throws, they come again. */
  readonly onEvents: (events: readonly RecordedEvent[]) => void | Promise<void>
  readonly logger: Logger
}

export type Tail = Following

/** Reads all partitions of events topics without a group, so that every replica sees everything: for views in memory. */
export function tailEvents({ eventLog, topics, from, onEvents, logger }: TailOptions): Tail {
  const toEvent = (record: LogRecord): readonly RecordedEvent[] => {
    const recorded = decodeRecord(record)
    if (!isDecodeFailure(recorded)) return [recorded]
    const { topic, partition, offset } = record
    logger.error({ topic, partition, offset, code: recorded.failure, detail: recorded.detail }, 'record passed over: it is no event')
    return []
  }
  return eventLog.follow({
    topics,
    from,
    onBatch: async ({ records }) => {
      const events = records.flatMap(toEvent)
      if (events.length > 0) await onEvents(events)
    },
  })
}
