import type { Counter } from 'prom-client'
import type { Logger } from '../../kafka/client/kafka-logger.ts'
import { type EventLog, type LogRecord, partitionName, type TopicPartition } from '../../kafka/event-log.ts'
import { deadLetterRecord } from '../../messaging/dead-letter.ts'
import { inTraceOf } from '../../messaging/in-trace-of.ts'
import { deadLettersOf } from '../../messaging/topic-names.ts'

/** A record that is not applied, and why. */
export interface QuarantinedRecord {
  readonly record: LogRecord
  readonly code: string
  readonly detail: string
}

/** Puts records into the service's dead letter topic. */
export interface Quarantine {
  /** Resolves when they are there. A record of a batch that is tried again is written once. */
  add(records: readonly QuarantinedRecord[]): Promise<void>
  /** The records before `nextOffset` will not come again. */
  passed(batch: TopicPartition & { readonly nextOffset: number }): void
}

export interface QuarantineOptions {
  readonly service: string
  readonly eventLog: Pick<EventLog, 'produce'>
  readonly logger: Logger
  readonly clock: () => Date
}

export function createQuarantine({ service, eventLog, logger, clock }: QuarantineOptions, parked: Counter.Internal): Quarantine {
  /** Partition → offsets that were written and may come again. */
  const written = new Map<string, Set<number>>()
  return {
    add: async (records) => {
      const news = records.filter(({ record }) => !written.get(partitionName(record))?.has(record.offset))
      if (news.length === 0) return
      const time = clock().toISOString()
      await eventLog.produce(
        news.map(({ record, code, detail }) => deadLetterRecord(deadLettersOf(service), record, { service, code, detail, time })),
      )
      for (const { record } of news)
        written.set(partitionName(record), (written.get(partitionName(record)) ?? new Set()).add(record.offset))
      parked.inc(news.length)
      for (const { record, code, detail } of news) {
        const { topic, partition, offset } = record
        inTraceOf(record, () => logger.warn({ topic, partition, offset, code, detail }, 'record parked'))
      }
    },
    passed: (batch) => {
      const left = [...(written.get(partitionName(batch)) ?? [])].filter((offset) => offset >= batch.nextOffset)
      if (left.length > 0) written.set(partitionName(batch), new Set(left))
      else written.delete(partitionName(batch))
    },
  }
}
