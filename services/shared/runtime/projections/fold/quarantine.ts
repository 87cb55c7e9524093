import type { Counter } from 'prom-client'
import type { Logger } from '../../kafka/client/kafka-logger.ts'
import { type EventLog, type LogRecord, partitionName, type TopicPartition } from '../../kafka/event-log.ts'
import { parkedRecord } from '../../messaging/dead-letter.ts'
import { inTraceOf } from '../../messaging/in-trace-of.ts'
import { deadLettersOf } from '../../messaging/topic-names.ts'

/** A record that is not applied, and why. */
export interface PutAside {
  readonly record: LogRecord
  readonly code: string
  readonly detail: string
}

/** Puts records into the service's dead letter topic. */
export interface Parking {
  /** Resolves when they are there. A record of a batch that is tried again is put aside once. */
  park(records: readonly PutAside[]): Promise<void>
  /** The records before `nextOffset` will not come again. */
  settle(batch: TopicPartition & { readonly nextOffset: number }): void
}

export interface ParkingOptions {
  readonly service: string
  readonly eventLog: Pick<EventLog, 'produce'>
  readonly logger: Logger
  readonly clock: () => Date
}

export function createParking({ service, eventLog, logger, clock }: ParkingOptions, parked: Counter.Internal): Parking {
  /** Partition → offsets that were put aside and may come again. */
  const aside = new Map<string, Set<number>>()
  return {
    park: async (records) => {
      const news = records.filter(({ record }) => !aside.get(partitionName(record))?.has(record.offset))
      if (news.length === 0) return
      const time = clock().toISOString()
      await eventLog.produce(
        news.map(({ record, code, detail }) => parkedRecord(deadLettersOf(service), record, { service, code, detail, time })),
      )
      for (const { record } of news) aside.set(partitionName(record), (aside.get(partitionName(record)) ?? new Set()).add(record.offset))
      parked.inc(news.length)
      for (const { record, code, detail } of news) {
        const { topic, partition, offset } = record
        inTraceOf(record, () => logger.warn({ topic, partition, offset, code, detail }, 'record parked'))
      }
    },
    settle: (batch) => {
      const left = [...(aside.get(partitionName(batch)) ?? [])].filter((offset) => offset >= batch.nextOffset)
      if (left.length > 0) aside.set(partitionName(batch), new Set(left))
      else aside.delete(partitionName(batch))
    },
  }
}
