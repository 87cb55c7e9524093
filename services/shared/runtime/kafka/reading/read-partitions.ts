import type { PartitionRange, ReadOptions, RecordBatch } from '../event-log.ts'
import type { PartitionSource } from './partition-source.ts'

/** A partition below its end answers at once; the wait only matters if it does not. */
const maxWaitMs = 500

interface Open extends PartitionRange {
  readonly offset: number
  readonly end: number
}

/**
 * Reads each range up to the end it has at the first step, in order per partition. The next records are on their way while these are handled.
 * @throws on the first error; what was yielded is good
 */
export async function* readPartitions(
  source: PartitionSource,
  ranges: readonly PartitionRange[],
  { maxBytes }: ReadOptions = {},
): AsyncGenerator<RecordBatch> {
  const [ends, beginnings] = await Promise.all([source.offsets(ranges, 'end'), source.offsets(ranges, 'beginning')])
  const at = (edges: typeof ends, { topic, partition }: PartitionRange): number =>
    edges.find((edge) => edge.topic === topic && edge.partition === partition)?.offset ?? 0
  let open = ranges.map((range) => ({ ...range, offset: Math.max(range.from, at(beginnings, range)), end: at(ends, range) })).filter(isOpen)
  let next = fetchNext(source, open, maxBytes)
  while (open.length > 0) {
    const batches = await next
    open = open.map((range) => advance(range, batches)).filter(isOpen)
    next = fetchNext(source, open, maxBytes)
    // A reader may never come back for it.
    next.catch(() => undefined)
    yield* batches
  }
}

const isOpen = ({ offset, end }: Open): boolean => offset < end

const advance = (range: Open, batches: readonly RecordBatch[]): Open => {
  const own = batches.findLast(({ topic, partition }) => topic === range.topic && partition === range.partition)
  return own ? { ...range, offset: own.nextOffset } : range
}

/** One fetch from each leader, at the same time. */
async function fetchNext(source: PartitionSource, open: readonly Open[], maxBytes: number | undefined): Promise<RecordBatch[]> {
  if (open.length === 0) return []
  const fetches = [...(await source.byLeader(open))].map(([leader, positions]) => source.fetch(leader, positions, maxWaitMs, maxBytes))
  return (await Promise.all(fetches)).flat()
}
