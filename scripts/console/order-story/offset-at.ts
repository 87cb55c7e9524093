import type { EventLog, TopicPartition } from '../../../services/shared/runtime/kafka/event-log.ts'

/** A partition that is shorter is read whole: that is sooner done. */
const shortPartition = 2_000

/**
 * Where a partition's records of a time begin, or a little before: found by looking at single records, whose times go up.
 * @param end offset behind its last record @param timeMs milliseconds since the epoch
 */
export async function offsetAt(
  eventLog: Pick<EventLog, 'readPartitions'>,
  { topic, partition }: TopicPartition,
  end: number,
  timeMs: number,
): Promise<number> {
  let [from, to] = [0, end]
  while (to - from > shortPartition) {
    const middle = Math.floor((from + to) / 2)
    const at = await timeOfFirst(eventLog, { topic, partition }, middle)
    if (at !== undefined && at < timeMs) from = middle
    else to = middle
  }
  return from
}

/** Of the first record from an offset on; undefined when there is none. */
async function timeOfFirst(
  eventLog: Pick<EventLog, 'readPartitions'>,
  partition: TopicPartition,
  from: number,
): Promise<number | undefined> {
  for await (const { records } of eventLog.readPartitions([{ ...partition, from }], { maxBytes: 1 }))
    for (const { headers } of records) return Date.parse(headers.time?.toString() ?? '')
  return undefined
}
