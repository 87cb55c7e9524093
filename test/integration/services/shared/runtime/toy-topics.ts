import { type Admin, type ITopicConfig, Kafka, logLevel } from 'kafkajs'
import { vi } from 'vitest'
import { patchIdleTimers } from '../../../../../services/shared/runtime/kafka/kafkajs-patch.ts'

/** A service name that no other test uses; letters only, because event types are made of them. */
export const freshName = (): string =>
  `toy${crypto
    .randomUUID()
    .replace(/[^0-9a-f]/g, '')
    .replace(/[0-9]/g, (digit) => 'ghijklmnop'.charAt(Number(digit)))}`

/** Creates the topics of each service; commands, events and snapshots with two partitions. */
export async function createToyTopics(brokers: string, ...services: readonly string[]): Promise<void> {
  patchIdleTimers()
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const topics = services.flatMap((service) => [
    { topic: `${service}.commands`, numPartitions: 2 },
    { topic: `${service}.events`, numPartitions: 2 },
    { topic: `${service}.snapshots`, numPartitions: 2, configEntries: [{ name: 'cleanup.policy', value: 'compact' }] },
    { topic: `${service}.dlq`, numPartitions: 1 },
  ])
  await createUntilLed(admin, topics)
  await admin.disconnect()
}

/** kafkajs' own waiting for leaders fails when the broker does not know a topic yet, and does not see whether they lead already. */
async function createUntilLed(admin: Admin, topics: readonly ITopicConfig[]): Promise<void> {
  await admin.createTopics({ topics: [...topics], waitForLeaders: false })
  const leadersAnswer = () => Promise.all(topics.map(({ topic }) => admin.fetchTopicOffsets(topic)))
  await vi.waitFor(leadersAnswer, { timeout: 20_000, interval: 50 })
}

/** Deletes a topic with all that is in it, and makes it again with two partitions. */
export async function makeTopicAnew(brokers: string, topic: string): Promise<void> {
  patchIdleTimers()
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    await admin.deleteTopics({ topics: [topic] })
    await createUntilLed(admin, [{ topic, numPartitions: 2 }])
  } finally {
    await admin.disconnect()
  }
}
