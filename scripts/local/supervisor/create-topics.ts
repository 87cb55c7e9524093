import { type ITopicMetadata, Kafka, logLevel } from 'kafkajs'
import { topics } from '../../../services/shared/contracts/topology.ts'
import { patchIdleTimers } from '../../../services/shared/runtime/kafka/kafkajs-patch.ts'

/** Enough to see partitioning at work, few enough for two cores. */
const partitions = 6

/**
 * Creates the topics that are missing.
 * @throws Error when a topic exists with another number of partitions: keys would move
 */
export async function createTopics(brokers: string): Promise<void> {
  patchIdleTimers()
  const retry = { initialRetryTime: 50, retries: 10 }
  const admin = new Kafka({ clientId: 'supervisor', brokers: brokers.split(','), logLevel: logLevel.NOTHING, retry }).admin()
  await admin.connect()
  try {
    const existing = new Set(await admin.listTopics())
    const wanted = topics(partitions)
    const missing = wanted.filter(({ name }) => !existing.has(name))
    if (missing.length > 0) await admin.createTopics({ waitForLeaders: true, topics: missing.map(toCreation) })
    const { topics: found } = await admin.fetchTopicMetadata({ topics: wanted.map(({ name }) => name) })
    for (const { name, partitions: count } of wanted) checkPartitions(name, count, found)
  } finally {
    await admin.disconnect()
  }
}

const toCreation = ({ name, partitions: numPartitions, config }: ReturnType<typeof topics>[number]) => ({
  topic: name,
  numPartitions,
  configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
})

function checkPartitions(name: string, count: number, found: readonly ITopicMetadata[]): void {
  const has = found.find((topic) => topic.name === name)?.partitions.length
  if (has !== count)
    throw new Error(`Topic ${name} has ${has} partitions, not ${count}: keys would move. Use other brokers, or remove the data.`)
}
