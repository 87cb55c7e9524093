import { setTimeout } from 'node:timers/promises'
import { backOff } from '../../kafka/back-off.ts'
import type { Logger } from '../../kafka/client/kafka-logger.ts'
import type { Assignment, BatchControl, EventLog, RecordBatch } from '../../kafka/event-log.ts'
import { withTimeout } from '../../kafka/with-timeout.ts'
import { commandsOf } from '../../messaging/topic-names.ts'
import { type PartitionCount, PartitionsChanged } from './partition-count.ts'
import type { PartitionProcessor } from './partition-processor.ts'

/** The transaction at hand either ends soon or Kafka is away. */
const defaultStopMs = 500

/** Kafka notifies nobody when partitions are added: it is asked this often. */
const defaultWatchMs = 10_000

export interface PartitionOwnerOptions {
  readonly service: string
  readonly eventLog: EventLog
  readonly logger: Logger
  readonly partitions: Pick<PartitionCount, 'verify'>
  /** How often Kafka is asked whether partitions were added, ms. */
  readonly watchMs?: number
  /** For the transaction at hand when it is stopped, ms. */
  readonly stopMs?: number
  readonly processorOf: (partition: number) => PartitionProcessor
}

export interface PartitionOwner {
  waitingFor(): string[]
  stop(): Promise<void>
}

/** Shares the partitions of `<service>.commands` with the other replicas, and has a processor for each of its own. */
export function startPartitionOwner(options: PartitionOwnerOptions): PartitionOwner {
  const { service, eventLog, logger, partitions, processorOf, watchMs = defaultWatchMs, stopMs = defaultStopMs } = options
  const topic = commandsOf(service)
  const processors = new Map<number, PartitionProcessor>()
  let assigned = false
  /** Partition that is not acquired, or was lost while it was at work → why, when that is known. */
  let acquiring = new Map<number, string | undefined>()
  let superseded = new AbortController()

  const stopping = new AbortController()
  /** Why nothing is decided any more, though partitions may have been acquired. */
  let changed: string | undefined

  const verify = async (): Promise<void> => {
    try {
      await partitions.verify()
      changed = undefined
    } catch (error) {
      if (error instanceof PartitionsChanged) changed = error.message
      throw error
    }
  }

  const watch = async ({ signal }: AbortController): Promise<void> => {
    while (!signal.aborted) {
      await setTimeout(watchMs, undefined, { signal, ref: false }).catch(() => undefined)
      const before = changed
      if (!signal.aborted) await verify().catch(() => undefined)
      if (changed !== undefined && changed !== before) logger.error({ topic }, changed)
    }
  }

  /** Again and again until it works or a newer assignment takes its place; the partition's commands wait in the log. */
  const acquire = async (
    partition: number,
    processor: PartitionProcessor,
    { deliverFrom }: Assignment,
    waiting: Map<number, string | undefined>,
  ): Promise<void> => {
    const { signal } = superseded
    for (let failures = 0; !signal.aborted; ) {
      try {
        await verify()
        deliverFrom({ topic, partition }, await processor.acquire())
        waiting.delete(partition)
        return
      } catch (error) {
        failures += 1
        waiting.set(partition, reasonOf(error))
        logger.warn({ err: error, topic, partition, failures }, 'partition not acquired, trying again')
        await backOff(failures, signal)
      }
    }
  }

  const onAssigned = (assignment: Assignment): void => {
    superseded.abort()
    superseded = new AbortController()
    const mine = assignment.partitions.map(({ partition }) => partition)
    for (const [partition, processor] of processors) {
      if (mine.includes(partition)) continue
      processors.delete(partition)
      processor.stop().catch((error: unknown) => logger.warn({ err: error, topic, partition }, 'partition given up badly'))
    }
    assigned = true
    acquiring = new Map(mine.map((partition) => [partition, undefined]))
    for (const partition of mine) {
      // A kept processor reads only what was written since: its state is still a true beginning of the log.
      const processor = processors.get(partition) ?? processorOf(partition)
      processors.set(partition, processor)
      void acquire(partition, processor, assignment, acquiring)
    }
  }

  // A batch of a partition that was given up meanwhile is nobody's: its next owner reads it again.
  const onBatch = async (batch: RecordBatch, control: BatchControl): Promise<void> => {
    if (changed !== undefined) throw new PartitionsChanged(changed)
    const { partition } = batch
    const waiting = acquiring
    try {
      await processors.get(partition)?.handle(batch, control)
      waiting.delete(partition)
    } catch (error) {
      waiting.set(partition, reasonOf(error))
      throw error
    }
  }

  void watch(stopping)
  const subscription = eventLog.subscribe({ group: `${service}.commands`, topics: [topic], onAssigned, onBatch })
  return {
    waitingFor: () => {
      if (changed !== undefined) return [changed]
      if (!assigned) return [`partitions of ${topic}`]
      return [...acquiring].map(([partition, why]) => (why === undefined ? `${topic}/${partition}` : `${topic}/${partition} (${why})`))
    },
    stop: async () => {
      stopping.abort()
      superseded.abort()
      // First, so that a transaction that is tried again and again is given up.
      const stopped = Promise.all([...processors.values()].map((processor) => processor.stop()))
      await subscription.stop()
      await withTimeout(stopped, stopMs)
    },
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
