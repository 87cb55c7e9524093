import { partitionName, type RecordBatch, type TopicPartition } from '../../kafka/event-log.ts'

/** Compares what was in partitions at their assignment with what has been applied of it. */
export interface CatchUp {
  /** Notes a batch that was there. */
  found(batch: RecordBatch): void
  /** Notes how far a partition has been applied. */
  applied(partition: TopicPartition, nextOffset: number): void
  isComplete(): boolean
}

export function createCatchUp(): CatchUp {
  const goals = new Map<string, number>()
  const reached = new Map<string, number>()
  return {
    found: (batch) => {
      // Not the batch's own end: control records behind the last record are not delivered when they come alone.
      const last = batch.records.at(-1)
      if (last) goals.set(partitionName(batch), last.offset + 1)
    },
    applied: (partition, nextOffset) => reached.set(partitionName(partition), nextOffset),
    isComplete: () => [...goals].every(([key, goal]) => (reached.get(key) ?? 0) >= goal),
  }
}
