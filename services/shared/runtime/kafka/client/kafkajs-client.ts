import { type ISocketFactory, Kafka, logLevel, Partitioners } from 'kafkajs'
import Cluster from 'kafkajs/src/cluster/index.js'
import createSocketFactory from 'kafkajs/src/network/socketFactory.js'
import { type EventLogTimeouts, eventLogTimeouts } from '../timeouts.ts'
import type { BrokerSecurity } from './broker-security.ts'
import type { Logger } from './kafka-logger.ts'
import { kafkajsLogCreator } from './kafka-logger.ts'

/**
 * W4: kafkajs' own first wait of 300 ms would limit us to about ten transactions a second, because a transaction that follows
 * another closely is asked to come back in a moment. About 16 s altogether: bounded, so that a stopped client ends.
 */
export const retry = { initialRetryTime: 2, multiplier: 2, maxRetryTime: 500, retries: 40 } as const

const metadataMaxAgeMs = 300_000

/** Stated, because keys must land where Java's clients put them (W12). */
export const partitioner = Partitioners.DefaultPartitioner

/** kafkajs' READ_COMMITTED. */
export const readCommitted = 1

export interface ConnectionOptions {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly logger: Logger
  /** Plain text when absent. */
  readonly security?: BrokerSecurity
  /** Those left out are `defaultTimeouts`. */
  readonly timeouts?: Partial<EventLogTimeouts>
}

/** kafkajs with our time-outs; makes producers and consumers, connects nothing. */
export const createKafka = (
  { brokers, clientId, logger, security, timeouts }: ConnectionOptions,
  socketFactory: ISocketFactory = createSocketFactory(),
): Kafka =>
  new Kafka({
    ...security,
    socketFactory,
    brokers: [...brokers],
    clientId,
    retry,
    requestTimeout: eventLogTimeouts(timeouts).requestMs,
    connectionTimeout: eventLogTimeouts(timeouts).connectionMs,
    logLevel: logLevel.INFO,
    logCreator: kafkajsLogCreator(logger),
  })

/** Connections for reads without a group, which kafkajs' public interface does not offer. */
export const createCluster = (kafka: Kafka, { brokers, clientId, security, timeouts }: ConnectionOptions): Cluster =>
  new Cluster({
    ...security,
    brokers: [...brokers],
    clientId,
    retry,
    requestTimeout: eventLogTimeouts(timeouts).requestMs,
    connectionTimeout: eventLogTimeouts(timeouts).connectionMs,
    enforceRequestTimeout: true,
    allowAutoTopicCreation: false,
    metadataMaxAge: metadataMaxAgeMs,
    isolationLevel: readCommitted,
    logger: kafka.logger(),
    socketFactory: createSocketFactory(),
  })
