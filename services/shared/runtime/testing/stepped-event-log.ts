import { setImmediate } from 'node:timers/promises'
import { type BatchControl, type EventLog, type LogRecord, partitionName, type RecordBatch } from '../kafka/event-log.ts'

/** A record that a consumer group is to handle next. */
export interface Delivery {
  readonly group: string
  readonly record: LogRecord
  /** Hands it over. Rejects with what the handler throws; it can be handed over again then, as after a back-off. */
  handOver(): Promise<void>
  /** At-least-once: as `handOver`, but the record comes again. */
  handOverAndRepeat(): Promise<void>
}

export interface SteppedEventLog {
  /** The same log for those who subscribe, but nothing is delivered to a group by itself. */
  readonly eventLog: EventLog
  /**
   * Waits until nobody has anything more to do.
   * @returns the next record of every partition that a group has not read to its end, in the order of subscribing
   */
  deliveries(): Promise<readonly Delivery[]>
}

interface Pending {
  readonly delivery: Delivery
  readonly giveUp: (reason: Error) => void
}

/**
 * A log in memory → one whose consumer groups move a record at a time, in whatever order across partitions somebody chooses: for tests that
 * try orders of messages, deterministically. Followers (views, replies) still see everything at once.
 */
export function steppedEventLog(inner: EventLog): SteppedEventLog {
  /** Of each subscription, by partition. */
  const subscriptions = new Set<Map<string, Pending>>()
  const subscribe: EventLog['subscribe'] = (options) => {
    const pending = new Map<string, Pending>()
    subscriptions.add(pending)

    /** Resolves when the record was handed over; rejects when the subscription ends before. */
    const handedOver = ({ topic, partition }: RecordBatch, record: LogRecord, control: BatchControl): Promise<void> =>
      new Promise((resolve, reject) => {
        const name = partitionName({ topic, partition })
        const batch = { topic, partition, records: [record], nextOffset: record.offset + 1 }
        const handOverAndRepeat = (): Promise<void> => options.onBatch(batch, control)
        const handOver = async (): Promise<void> => {
          await handOverAndRepeat()
          pending.delete(name)
          resolve()
        }
        pending.set(name, { delivery: { group: options.group, record, handOver, handOverAndRepeat }, giveUp: reject })
      })
    const onBatch = async (batch: RecordBatch, control: BatchControl): Promise<void> => {
      for (const record of batch.records) await handedOver(batch, record, control)
    }
    const subscription = inner.subscribe({ ...options, onBatch })
    const stop = async (): Promise<void> => {
      subscriptions.delete(pending)
      const stopped = subscription.stop()
      for (const { giveUp } of pending.values()) giveUp(new Error(`${options.group} has left`))
      await stopped
    }
    return { stop }
  }
  return {
    eventLog: { ...inner, subscribe },
    deliveries: async () => {
      // All that follows from a record happens before the next turn of the event loop: the log in memory waits for nothing else.
      await setImmediate()
      return [...subscriptions].flatMap((pending) =>
        [...pending].sort(([a], [b]) => a.localeCompare(b)).map(([, { delivery }]) => delivery),
      )
    },
  }
}
