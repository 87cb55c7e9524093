import type { PartitionRange, RecordBatch } from './event-log.ts'
import type { PartitionSource } from './partition-source.ts'

/** A partition below its end answers at once; the wait only matters if it does not. */
const maxWaitMs = 500

/** Reads each range up to the end it has at the first step, in order per partition. @throws on the first error; what was yielded is good */
export async function* readPartitions(source: PartitionSource, ranges: readonly PartitionRange[]): AsyncGenerator<RecordBatch> {
  const ends = await source.offsets(ranges, 'end')
  const beginnings = await source.offsets(ranges, 'beginning')
  const at = (edges: typeof ends, { topic, partition }: PartitionRange): number =>
    edges.find((edge) => edge.topic === topic && edge.partition === partition)?.offset ?? 0
  let open = ranges.map((range) => ({ ...range, offset: Math.max(range.from, at(beginnings, range)), end: at(ends, range) }))
  for (;;) {
    open = open.filter(({ offset, end }) => offset < end)
    if (open.length === 0) return
    for (const [leader, positions] of await source.byLeader(open)) {
      for (const batch of await source.fetch(leader, positions, maxWaitMs)) {
        yield batch
        open = open.map((range) =>
          range.topic === batch.topic && range.partition === batch.partition ? { ...range, offset: batch.nextOffset } : range,
        )
      }
    }
  }
}
