import type { EventLog } from './event-log.ts'
import type { Logger } from './kafka-logger.ts'

export interface EventLogOptions {
  /** `host:port` of some brokers; the others are found through them. */
  readonly brokers: readonly string[]
  /** What the brokers' logs call us. */
  readonly clientId: string
  readonly logger: Logger
  /** A consumer could not be brought back: the process should end and be started again. */
  readonly onFatal?: (error: Error) => void
}

/** Connects to Kafka through kafkajs. @throws when no broker answers in about 20 s */
export async function connectEventLog(options: EventLogOptions): Promise<EventLog> {
  throw new Error(`not yet: ${options.clientId}`)
}
