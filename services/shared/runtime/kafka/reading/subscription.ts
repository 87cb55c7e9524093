import type { Consumer, ConsumerGroupJoinEvent, EachBatchPayload, Kafka } from 'kafkajs'
import { backOff, isLogged } from '../back-off.ts'
import type { Logger } from '../client/kafka-logger.ts'
import { retry } from '../client/kafkajs-client.ts'
import { toLogRecord } from '../client/kafkajs-messages.ts'
import { type BatchControl, partitionName, type SubscribeOptions, type Subscription } from '../event-log.ts'
import { defaultTimeouts, type EventLogTimeouts } from '../timeouts.ts'
import { withTimeout } from '../with-timeout.ts'

/** Attempts in a row until the process is better ended: a minute of crashes, ten of a broker that is away. */
const fatalFailures = 30
/** Batches of different partitions are handled side by side. */
const concurrency = 16

const headOffset = (batch: EachBatchPayload['batch']): string => batch.messages[0]?.offset ?? batch.lastOffset()

/**
 * Hands one batch over and marks it as done. Offsets are committed only where the group's offsets are used.
 * @returns why it was not handled, boxed, or nothing when it was
 * @throws what the group answered, so that kafkajs joins it again
 */
async function deliver(
  payload: EachBatchPayload,
  { onBatch, onAssigned }: SubscribeOptions,
): Promise<{ readonly error: unknown } | undefined> {
  const { batch, heartbeat, resolveOffset, commitOffsetsIfNecessary } = payload
  const { topic, partition } = batch
  const commit = (offset: string) => commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] })
  let answer: unknown
  const ask = (question: Promise<void>): Promise<void> =>
    question.catch((error: unknown) => {
      answer = error
      throw error
    })
  const control: BatchControl = { heartbeat: () => ask(heartbeat()), assertMember: () => ask(commit(headOffset(batch))) }
  const nextOffset = Number(batch.lastOffset()) + 1
  const records = batch.messages.map((message) => toLogRecord({ topic, partition }, message))
  try {
    await onBatch({ topic, partition, records, nextOffset }, control)
  } catch (error) {
    if (error === answer) throw error
    return { error }
  }
  // W10: only the last shown record's offset also moves the consumer past the control record behind it.
  const last = batch.messages.at(-1)
  if (last) resolveOffset(last.offset)
  if (!onAssigned) await commit(String(nextOffset))
  return undefined
}

/** A client of which nothing but the consumers of one subscription are made. */
export interface ConsumerClient {
  readonly kafka: Pick<Kafka, 'consumer'>
  /** Cuts the connections on which it waits for records. */
  sever(): void
  /** Before it joins for the first time; tried again until it works. */
  begin?(): Promise<void>
}

/** W11: a consumer that crashed is built anew, whatever kafkajs thinks of the error. */
export function subscribe(
  { kafka, sever, begin }: ConsumerClient,
  options: SubscribeOptions,
  logger: Logger,
  onFatal: (error: Error) => void,
  timeouts: Partial<EventLogTimeouts> = {},
): Subscription {
  const { group, topics, onAssigned } = options
  const { sessionMs, heartbeatMs, rebalanceMs, pollMs, stopMs } = { ...defaultTimeouts, ...timeouts }
  const stopping = new AbortController()
  const { signal } = stopping
  let failures = 0
  let assignment = new AbortController()
  /** Partition → how often in a row its batch was not handled. */
  const refusals = new Map<string, number>()
  const handing = new Set<Promise<unknown>>()

  /**
   * A batch that throws stops its own partition only: kafkajs waits for all batches of a fetch, so nothing may wait inside of one,
   * and what one throws stops the fetches of all.
   */
  const handOver = async (payload: EachBatchPayload): Promise<void> => {
    const { topic, partition } = payload.batch
    const name = partitionName(payload.batch)
    const { signal: superseded } = assignment
    const delivering = deliver(payload, options)
    handing.add(delivering)
    const unhandled = await delivering.finally(() => handing.delete(delivering))
    if (!unhandled) refusals.delete(name)
    // Of an assignment that is over: the partition is somebody else's to start.
    if (!unhandled || superseded.aborted) return
    const times = (refusals.get(name) ?? 0) + 1
    refusals.set(name, times)
    if (isLogged(times))
      logger.warn({ err: unhandled.error, group, topic, partition, failures: times }, 'batch not handled, it comes again')
    const resume = payload.pause()
    void backOff(times, superseded).then(() => {
      // W7: in a new assignment `deliverFrom` starts the partition, where there is one; else the pause must not outlive the old one.
      if (!superseded.aborted || !onAssigned) resume()
    })
  }

  const announce = (current: Consumer, { memberAssignment }: ConsumerGroupJoinEvent['payload']): void => {
    failures = 0
    assignment.abort()
    assignment = new AbortController()
    const partitions = Object.entries(memberAssignment).flatMap(([topic, numbers]) => numbers.map((partition) => ({ topic, partition })))
    options.onJoined?.(partitions)
    if (!onAssigned) return
    const { signal: superseded } = assignment
    // W7: before the first fetch of the new generation, which would start at the group's offsets.
    current.pause(partitions.map(({ topic, partition }) => ({ topic, partitions: [partition] })))
    onAssigned({
      partitions,
      deliverFrom: ({ topic, partition }, offset) => {
        if (superseded.aborted || signal.aborted) return
        current.seek({ topic, partition, offset: String(offset) })
        current.resume([{ topic, partitions: [partition] }])
      },
    })
  }

  /** kafkajs leaves the group when its long poll has come back, and until then nobody else gets the partitions: the poll is cut short. */
  const severWhenIdle = async (): Promise<void> => {
    while (handing.size > 0) await Promise.allSettled(handing)
    sever()
  }

  /** Runs one consumer until it crashes or is stopped. */
  const runOnce = async (): Promise<void> => {
    const current = kafka.consumer({
      groupId: group,
      sessionTimeout: sessionMs,
      heartbeatInterval: heartbeatMs,
      rebalanceTimeout: rebalanceMs,
      maxWaitTimeInMs: pollMs,
      allowAutoTopicCreation: false,
      retry: { ...retry, restartOnFailure: () => Promise.resolve(false) },
    })
    const crashed = Promise.withResolvers<never>()
    crashed.promise.catch(() => undefined)
    current.on('consumer.crash', ({ payload }) => crashed.reject(payload.error))
    current.on('consumer.group_join', ({ payload }) => announce(current, payload))
    try {
      await current.connect()
      // Whoever wants to begin at the end has committed it before (keep-ends.ts).
      await current.subscribe({ topics: [...topics], fromBeginning: true })
      await current.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: concurrency,
        eachBatch: handOver,
      })
      const aborted = Promise.withResolvers<void>()
      signal.addEventListener('abort', () => aborted.resolve(), { once: true })
      if (!signal.aborted) await Promise.race([crashed.promise, aborted.promise])
    } finally {
      // Its assignment is void: who still acquires partitions for it must not start them on a consumer that ended.
      assignment.abort()
      const left = current.disconnect()
      if (signal.aborted) await severWhenIdle()
      await left
    }
  }

  let begun = false
  const supervise = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        if (begin && !begun) await begin()
        begun = true
        if (!signal.aborted) await runOnce()
      } catch (error) {
        if (signal.aborted) break
        failures += 1
        logger.warn({ err: error, group, failures }, 'consumer stopped, building it anew')
        if (failures === fatalFailures && error instanceof Error) onFatal(error)
        await backOff(failures, signal)
      }
    }
  }

  const running = supervise()
  return {
    stop: async () => {
      stopping.abort()
      await withTimeout(running, stopMs)
    },
  }
}
