import { type ConnectionOptions, createCluster, createKafka, partitioner, retry } from './client/kafkajs-client.ts'
import { patchConnects, patchFencingWait, patchIdleTimers, patchPausedWait, patchUnknownPartitions } from './client/kafkajs-patches.ts'
import type { EventLog } from './event-log.ts'
import { committedOffsets } from './reading/committed-offsets.ts'
import { follow } from './reading/follow.ts'
import { keepEnds } from './reading/keep-ends.ts'
import { partitionSource } from './reading/partition-source.ts'
import { readPartitions } from './reading/read-partitions.ts'
import { severablePolls } from './reading/severable-polls.ts'
import { subscribe } from './reading/subscription.ts'
import { eventLogTimeouts } from './timeouts.ts'
import { withTimeout } from './with-timeout.ts'
import { batchingProducer } from './writing/batching-producer.ts'
import { transactionalWriter } from './writing/transactional-writer.ts'

export interface EventLogOptions extends ConnectionOptions {
  /** A consumer could not be brought back many times in a row: the process should end and be started again. */
  readonly onFatal?: (error: Error) => void
}

/**
 * The event log on Kafka, through kafkajs with its work-arounds (W1–W15 in `runtime/README.md`). Connects when first used.
 * @throws RangeError when a time-out is out of its range
 */
export function connectEventLog(options: EventLogOptions): EventLog {
  const { logger, onFatal = () => undefined } = options
  const timeouts = eventLogTimeouts(options.timeouts)
  patchIdleTimers()
  patchPausedWait()
  patchFencingWait()
  patchConnects()
  patchUnknownPartitions()
  const kafka = createKafka(options)
  const cluster = createCluster(kafka, options)
  const reads = partitionSource(cluster)
  const { keptOffset, commitOffsets, ...offsets } = committedOffsets(cluster)
  const running = new Set<{ stop(): Promise<void> }>()
  /** Stopped by `close` unless its user has done so before: while Kafka is away every stop takes its whole grace. */
  const keep = <Stoppable extends { stop(): Promise<void> }>(started: Stoppable): Stoppable => {
    running.add(started)
    const stop = (): Promise<void> => {
      running.delete(started)
      return started.stop()
    }
    return { ...started, stop }
  }
  const producer = batchingProducer(async () => {
    const fresh = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: partitioner,
      allowAutoTopicCreation: false,
      retry,
    })
    await fresh.connect()
    return fresh
  })
  return {
    produce: producer.produce,
    transactional: (transactionalId) => transactionalWriter(kafka, transactionalId, timeouts.transactionMs),
    subscribe: (subscription) => {
      const { open, sever } = severablePolls()
      const { group, topics, from, onAssigned } = subscription
      const begin = async (): Promise<void> => {
        if (from === 'end' && !onAssigned) await keepEnds(group, topics, reads, { keptOffset, commitOffsets })
      }
      return keep(subscribe({ kafka: createKafka(options, open), sever, begin }, subscription, logger, onFatal, timeouts))
    },
    follow: (following) => keep(follow(partitionSource(createCluster(kafka, options)), following, logger, timeouts)),
    readPartitions: (ranges, options) => readPartitions(reads, ranges, options),
    endOffsets: async (topic) => {
      const ends = await reads.offsets(await reads.partitions([topic]), 'end')
      return new Map(ends.map(({ partition, offset }) => [partition, offset]))
    },
    partitionCounts: async (topics) => {
      await reads.partitions(topics)
      // What was known of them may be minutes old.
      await reads.refresh()
      const partitions = Map.groupBy(await reads.partitions(topics), ({ topic }) => topic)
      return new Map([...partitions].map(([topic, ofTopic]) => [topic, ofTopic.length]))
    },
    ...offsets,
    close: async () => {
      await Promise.all([...running].map((started) => started.stop()))
      await withTimeout(Promise.all([producer.disconnect(), reads.close()]), timeouts.closeMs)
    },
  }
}
