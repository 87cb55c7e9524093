import { backOff } from '../back-off.ts'
import type { Logger } from '../client/kafka-logger.ts'
import { type Following, type FollowOptions, partitionName, type RecordBatch, type TopicPartition } from '../event-log.ts'
import { defaultTimeouts, type EventLogTimeouts } from '../timeouts.ts'
import { withTimeout } from '../with-timeout.ts'
import type { Position } from './fetch-records.ts'
import type { PartitionSource } from './partition-source.ts'

/** Reads all partitions of topics for ever: one long poll per leading broker, everything repeated after errors. */
export function follow(
  source: PartitionSource,
  { topics, from, onBatch }: FollowOptions,
  logger: Logger,
  { pollMs, stopFollowingMs }: Pick<EventLogTimeouts, 'pollMs' | 'stopFollowingMs'> = defaultTimeouts,
): Following {
  const started = Promise.withResolvers<void>()
  const caughtUp = Promise.withResolvers<void>()
  const stopping = new AbortController()
  const { signal } = stopping
  const positions = new Map<string, Position>()
  const behind = new Map<string, number>()
  const handling = new Set<Promise<void>>()
  let failures = 0
  let answeredAt = performance.now()

  const noteProgress = (): void => {
    for (const [name, end] of behind) if ((positions.get(name)?.offset ?? 0) >= end) behind.delete(name)
    if (behind.size === 0) caughtUp.resolve()
  }

  /** All end before one's failure is thrown: when they begin again, none of these is still at work. */
  const beginnings = async (partitions: readonly TopicPartition[], ends: Position[]): Promise<Position[]> => {
    if (from === 'end') return ends
    if (from === 'beginning') return source.offsets(partitions, 'beginning')
    const asked = await Promise.allSettled(partitions.map(async (partition) => ({ ...partition, offset: await from(partition) })))
    const failed = asked.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
    return asked.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  }

  const start = async (): Promise<void> => {
    const partitions = await source.partitions(topics)
    const ends = await source.offsets(partitions, 'end')
    for (const position of await beginnings(partitions, ends)) positions.set(partitionName(position), position)
    for (const end of ends) behind.set(partitionName(end), end.offset)
    started.resolve()
    noteProgress()
  }

  /** A topic was made anew, or records were deleted before they were read: whoever stood there begins again. The others go on. */
  const returnToLog = async (): Promise<void> => {
    const all = [...positions.values()]
    const [begins, ends] = await Promise.all([source.offsets(all, 'beginning'), source.offsets(all, 'end')])
    const offsetIn = (edges: readonly Position[], of: Position) =>
      edges.find(({ topic, partition }) => topic === of.topic && partition === of.partition)?.offset ?? 0
    const lost = all.filter((position) => position.offset < offsetIn(begins, position) || position.offset > offsetIn(ends, position))
    const lostEnds = lost.map((position) => ({ ...position, offset: offsetIn(ends, position) }))
    for (const position of await beginnings(lost, lostEnds)) positions.set(partitionName(position), position)
    for (const end of lostEnds) if (behind.has(partitionName(end))) behind.set(partitionName(end), end.offset)
    noteProgress()
  }

  const noted = async (work: void | Promise<void>): Promise<void> => {
    const done = Promise.resolve(work).finally(() => handling.delete(done))
    handling.add(done)
    await done
  }

  const handle = async (batch: RecordBatch): Promise<void> => {
    if (signal.aborted) return
    if (batch.records.length > 0) await noted(onBatch(batch))
    positions.set(partitionName(batch), { topic: batch.topic, partition: batch.partition, offset: batch.nextOffset })
    noteProgress()
  }

  /** Returns when a leader failed: the partitions may have other leaders now. */
  const pollLeaders = async (): Promise<void> => {
    const regroup = new AbortController()
    const poll = async (leader: number, names: readonly string[]): Promise<void> => {
      try {
        while (!signal.aborted && !regroup.signal.aborted) {
          const current = names.flatMap((name) => positions.get(name) ?? [])
          const batches = await source.fetch(leader, current, pollMs)
          answeredAt = performance.now()
          for (const batch of batches) await handle(batch)
          failures = 0
        }
      } finally {
        regroup.abort()
      }
    }
    const leaders = await source.byLeader([...positions.values()])
    const polls = await Promise.allSettled([...leaders].map(([leader, led]) => poll(leader, led.map(partitionName))))
    const failed = polls.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
  }

  const run = async (): Promise<void> => {
    let isLost = false
    while (!signal.aborted) {
      try {
        if (positions.size === 0) await start()
        else await source.refresh()
        if (isLost) await returnToLog()
        isLost = false
        await pollLeaders()
      } catch (error) {
        if (signal.aborted) break
        isLost ||= isOutOfRange(error)
        failures += 1
        logger.warn({ err: error, topics, failures }, 'reading of topics was interrupted, trying again')
        await backOff(failures, signal)
      }
    }
  }

  void run()
  return {
    started: started.promise,
    caughtUp: caughtUp.promise,
    stalenessMs: () => performance.now() - answeredAt,
    stop: async () => {
      stopping.abort()
      source.close().catch(() => undefined)
      // The long poll at hand, whose answer nobody looks at any more, is not waited for.
      await withTimeout(Promise.allSettled(handling), stopFollowingMs)
    },
  }
}

/** Kafka's answer to a fetch from where the log has no records: before its beginning, or behind its end. */
const isOutOfRange = (error: unknown): boolean => error instanceof Error && 'type' in error && error.type === 'OFFSET_OUT_OF_RANGE'
