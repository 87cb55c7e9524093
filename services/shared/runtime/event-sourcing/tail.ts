import type { EventLog } from '../kafka/event-log.ts'
import type { Logger } from '../kafka/kafka-logger.ts'
import type { RecordedEvent } from '../kafka/record.ts'

export interface TailOptions {
  readonly eventLog: EventLog
  readonly topics: readonly string[]
  readonly from: 'beginning' | 'end'
  /** One partition's events in order; also `CommandAnswered`. Records that are no events are logged and left out. */
  readonly onEvents: (events: readonly RecordedEvent[]) => void | Promise<void>
  readonly logger: Logger
}

export interface Tail {
  /** Every event written from now on will be seen. */
  readonly started: Promise<void>
  /** Everything that was in the topics at the start has been handed over. */
  readonly caughtUp: Promise<void>
  stop(): Promise<void>
}

/** Reads all partitions of events topics without a group, for views in memory and for callers that wait. */
export function tailEvents(options: TailOptions): Tail {
  throw new Error(`not yet: ${options.topics}`)
}
