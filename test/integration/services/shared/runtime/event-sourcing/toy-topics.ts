import { type Admin, type ITopicConfig, Kafka, logLevel } from 'kafkajs'
import { vi } from 'vitest'
import { patchIdleTimers } from '../../../../../../services/shared/runtime/kafka/client/kafkajs-patches.ts'

/** A service name that no other test uses; letters only, because event types are made of them. */
export const freshName = (): string =>
  `toy${crypto
    .randomUUID()
    .replace(/[^0-9a-f]/g, '')
    .replace(/[0-9]/g, (digit) => 'ghijklmnop'.charAt(Number(digit)))}`

/** Creates the topics of each service; commands, events and snapshots with two partitions. */
export async function createToyTopics(brokers: string, ...services: readonly string[]): Promise<void> {
  const topics = services.flatMap((service) => [
    { topic: `${service}.commands`, numPartitions: 2 },
    { topic: `${service}.events`, numPartitions: 2 },
    { topic: `${service}.snapshots`, numPartitions: 2, configEntries: [{ name: 'cleanup.policy', value: 'compact' }] },
    { topic: `${service}.dlq`, numPartitions: 1 },
  ])
  await withAdmin(brokers, (admin) => admin.createTopics({ topics, waitForLeaders: false }))
  await untilLed(brokers, topics)
}

/**
 * kafkajs' own waiting fails when the broker does not know a topic yet, and does not see whether its leaders lead already. A client also keeps
 * for minutes which leaders it was told of at first: each question is a new client's.
 */
const untilLed = (brokers: string, topics: readonly ITopicConfig[]): Promise<unknown> =>
  vi.waitFor(() => withAdmin(brokers, (admin) => Promise.all(topics.map(({ topic }) => emptyTopic(admin, topic)))), {
    timeout: 20_000,
    interval: 50,
  })

/** A broker that does not know yet that a topic was deleted answers for the old one. @throws while it does */
async function emptyTopic(admin: Admin, topic: string): Promise<void> {
  const offsets = await admin.fetchTopicOffsets(topic)
  if (offsets.some(({ high }) => high !== '0')) throw new Error(`${topic} is still the old one`)
}

async function withAdmin<Result>(brokers: string, use: (admin: Admin) => Promise<Result>): Promise<Result> {
  patchIdleTimers()
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    return await use(admin)
  } finally {
    await admin.disconnect()
  }
}

/** Deletes a topic with all that is in it, and makes it again with two partitions. */
export async function makeTopicAnew(brokers: string, topic: string): Promise<void> {
  const topics = [{ topic, numPartitions: 2 }]
  await withAdmin(brokers, async (admin) => {
    await admin.deleteTopics({ topics: [topic] })
    await admin.createTopics({ topics, waitForLeaders: false })
  })
  await untilLed(brokers, topics)
}
