import { setTimeout as delay } from 'node:timers/promises'
import { type EventLog, partitionName, type SubscribeOptions, type TopicPartition } from './kafka/event-log.ts'
import { type Metrics, metricsIn } from './process/metrics.ts'

/** A broker that is away keeps nobody who scrapes waiting; the lag is then that of the last time. */
const askWithinMs = 1_000

/** Partitions of one member of a group, and where it is in each. */
interface Member {
  readonly group: string
  /** By `topic/partition`; undefined: where it began is not known yet. */
  readonly positions: Map<string, TopicPartition & { next: number | undefined }>
}

/**
 * The same event log, whose subscriptions show how far they are behind: `consumer_lag_records` by group and topic, over the partitions of this
 * process. Kafka is asked for the ends of the topics when somebody scrapes, else never.
 */
export function withConsumerLag(eventLog: EventLog, metrics: Metrics | undefined): EventLog {
  if (metrics === undefined) return eventLog
  const members = new Set<Member>()
  let seen: readonly { readonly group: string; readonly topic: string; readonly lag: number }[] = []
  let asking: Promise<void> | undefined

  const ask = async (): Promise<void> => {
    const topics = [...new Set([...members].flatMap(({ positions }) => [...positions.values()].map(({ topic }) => topic)))]
    const ends = new Map(await Promise.all(topics.map(async (topic) => [topic, await eventLog.endOffsets(topic)] as const)))
    const all = await Promise.all([...members].map((member) => lagsOf(member, ends, eventLog)))
    seen = all.flat()
  }
  metricsIn(metrics).gauge({
    name: 'consumer_lag_records',
    help: 'Records between where a group is and the ends of the partitions that this process has of a topic',
    labelNames: ['group', 'topic'],
    async collect() {
      asking ??= ask()
        .catch(() => undefined)
        .finally(() => {
          asking = undefined
        })
      await Promise.race([asking, delay(askWithinMs, undefined, { ref: false })])
      this.reset()
      for (const { group, topic, lag } of seen) this.set({ group, topic }, lag)
    },
  })
  return {
    ...eventLog,
    subscribe: (options) => {
      const member: Member = { group: options.group, positions: new Map() }
      members.add(member)
      const subscription = eventLog.subscribe({ ...options, ...following(member, options) })
      return {
        stop: () => {
          members.delete(member)
          return subscription.stop()
        },
      }
    },
  }
}

/** Notes where the member is, and leaves all else as it was. */
function following({ positions }: Member, { onBatch, onJoined, onAssigned }: SubscribeOptions): Partial<SubscribeOptions> {
  const move = ({ topic, partition }: TopicPartition, next: number): void => {
    const known = positions.get(partitionName({ topic, partition }))
    if (known) known.next = next
  }
  return {
    onBatch: async (batch, control) => {
      const [first] = batch.records
      if (first) move(batch, first.offset)
      await onBatch(batch, control)
      move(batch, batch.nextOffset)
    },
    onJoined: (partitions) => {
      const before = new Map(positions)
      positions.clear()
      for (const { topic, partition } of partitions) {
        const name = partitionName({ topic, partition })
        positions.set(name, before.get(name) ?? { topic, partition, next: undefined })
      }
      onJoined?.(partitions)
    },
    ...(onAssigned && {
      onAssigned: ({ partitions, deliverFrom }) =>
        onAssigned({
          partitions,
          deliverFrom: (partition, offset) => {
            move(partition, offset)
            deliverFrom(partition, offset)
          },
        }),
    }),
  }
}

async function lagsOf(
  { group, positions }: Member,
  ends: ReadonlyMap<string, ReadonlyMap<number, number>>,
  eventLog: Pick<EventLog, 'committedOffset'>,
): Promise<{ readonly group: string; readonly topic: string; readonly lag: number }[]> {
  const lags = new Map<string, number>()
  for (const position of positions.values()) {
    const { topic, partition } = position
    // Nothing has come yet: it will begin where the group has been.
    position.next ??= await eventLog.committedOffset(group, { topic, partition })
    const lag = Math.max(0, (ends.get(topic)?.get(partition) ?? 0) - position.next)
    lags.set(topic, (lags.get(topic) ?? 0) + lag)
  }
  return [...lags].map(([topic, lag]) => ({ group, topic, lag }))
}
