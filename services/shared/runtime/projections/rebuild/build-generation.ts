import { type EventLog, partitionName, type RecordBatch, type TopicPartition } from '../../kafka/event-log.ts'
import type { Database, Queries } from '../database/database.ts'
import { foldInto } from '../fold/fold-into.ts'
import { beginPositions, lockPositions, movePositions, readPositions } from '../fold/positions.ts'
import { type BatchReading, readBatch } from '../fold/read-batch.ts'
import { topicsOf } from '../projection.ts'
import type { Generation } from './generations.ts'
import { aTurn, fetchBytes, leastRecords, nextPortion, type Pause } from './pace.ts'

export interface Building {
  readonly eventLog: Pick<EventLog, 'readPartitions'>
  readonly database: Database
  readonly reading: Omit<BatchReading, 'applied'>
  readonly signal: AbortSignal
}

/** How far to build: offsets that are not to be passed. */
type Goal = TopicPartition & { readonly nextOffset: number }

/**
 * Folds the log into a generation that nobody reads yet, up to where the live one is now, in transactions that are short and `pause` between them.
 * Begins where it stopped, when it was stopped before.
 * @returns events folded
 */
export async function advance(
  generation: Generation,
  live: Generation,
  { eventLog, database, reading, signal }: Building,
  pause: Pause = aTurn,
): Promise<number> {
  const goals = await goalsOf(generation, live, database)
  const forUs = { ...reading, applied: new Set(Object.keys(generation.projection.events)) }
  let [folded, size] = [0, leastRecords]
  const open = new Set(goals.keys())
  const ranges = [...goals.values()].map(({ topic, partition, from }) => ({ topic, partition, from }))
  if (ranges.length === 0) return 0
  for await (const batch of eventLog.readPartitions(ranges, { maxBytes: fetchBytes })) {
    signal.throwIfAborted()
    const goal = goals.get(partitionName(batch))
    if (!goal || !open.has(partitionName(batch))) continue
    for (let left: RecordBatch | undefined = cut(batch, goal.nextOffset); left; ) {
      const { portion, rest } = split(left, size)
      const begun = performance.now()
      folded += await fold(generation, portion, forUs, database)
      const tookMs = performance.now() - begun
      await pause(tookMs, signal)
      size = nextPortion(size, tookMs)
      left = rest
    }
    if (batch.nextOffset >= goal.nextOffset) open.delete(partitionName(batch))
    if (open.size === 0) break
  }
  return folded
}

/** Partitions in which the generation is behind the live one. */
async function goalsOf(generation: Generation, live: Generation, database: Queries): Promise<Map<string, Goal & { from: number }>> {
  const topics = topicsOf(generation.projection)
  const reached = (await readPositions([live.id], database)).filter(({ topic }) => topics.includes(topic))
  await beginPositions(
    reached.map(({ topic, partition }) => ({ generation: generation.id, topic, partition })),
    database,
  )
  const own = new Map((await readPositions([generation.id], database)).map((position) => [partitionName(position), position.nextOffset]))
  const behind = reached
    .map((goal) => ({ ...goal, from: own.get(partitionName(goal)) ?? 0 }))
    .filter(({ from, nextOffset }) => from < nextOffset)
  return new Map(behind.map((goal) => [partitionName(goal), goal]))
}

const cut = (batch: RecordBatch, end: number): RecordBatch =>
  batch.nextOffset <= end ? batch : { ...batch, records: batch.records.filter(({ offset }) => offset < end), nextOffset: end }

function split(batch: RecordBatch, size: number): { readonly portion: RecordBatch; readonly rest?: RecordBatch } {
  const next = batch.records[size]
  if (next === undefined) return { portion: batch }
  const records = batch.records.slice(0, size)
  return { portion: { ...batch, records, nextOffset: next.offset }, rest: { ...batch, records: batch.records.slice(size) } }
}

async function fold(
  { id, projection, tableName }: Generation,
  batch: RecordBatch,
  reading: BatchReading,
  database: Database,
): Promise<number> {
  // What cannot be read was parked when it came; here it is only passed over.
  const { events } = readBatch(batch, reading)
  return database.transaction(async (queries) => {
    const [at] = await lockPositions([id], [batch], queries)
    if (!at) throw new Error(`generation ${id} is gone`)
    const news = events.filter(({ offset }) => offset >= at.nextOffset)
    await foldInto(projection, tableName, news, queries)
    await movePositions([{ ...at, nextOffset: Math.max(at.nextOffset, batch.nextOffset) }], queries)
    return news.length
  })
}
