import type { ShopLog } from '../../../../scripts/events/log/shop-log.ts'
import type { LogRecord } from '../../../../services/shared/runtime/kafka/event-log.ts'

/** A log in memory. */
export function logOf(records: readonly LogRecord[]): ShopLog {
  const of = (topic: string) => records.filter((record) => record.topic === topic)
  return {
    partitions: async (topic) => [...new Set(of(topic).map(({ partition }) => partition))].sort((one, other) => one - other),
    read: (topic, partition) => of(topic).filter((record) => record.partition === partition),
  }
}
