import { type ITopicMetadata, Kafka, logLevel } from 'kafkajs'
import type { Topic } from '../../services/shared/contracts/topology.ts'
import type { BrokerSecurity } from '../../services/shared/runtime/kafka/broker-security.ts'
import { patchIdleTimers } from '../../services/shared/runtime/kafka/kafkajs-patch.ts'

/** About 40 s altogether: a broker that starts beside us may take that long. */
const retry = { initialRetryTime: 50, maxRetryTime: 1000, retries: 40 }

/**
 * Creates the topics that are missing, with as many copies as the brokers keep by default.
 * @param brokers `host:port`, comma separated
 * @returns the names of those created now
 * @param security of the connections
 * @throws Error when a topic exists with another number of partitions: keys would move
 */
export async function createMissingTopics(brokers: string, wanted: readonly Topic[], security: BrokerSecurity = {}): Promise<string[]> {
  patchIdleTimers()
  const kafka = new Kafka({ ...security, clientId: 'kafka-topics', brokers: brokers.split(','), logLevel: logLevel.NOTHING, retry })
  const admin = kafka.admin({ retry })
  await admin.connect()
  try {
    const existing = new Set(await admin.listTopics())
    const missing = wanted.filter(({ name }) => !existing.has(name))
    if (missing.length > 0) await admin.createTopics({ waitForLeaders: true, topics: missing.map(toCreation) })
    const { topics: found } = await admin.fetchTopicMetadata({ topics: wanted.map(({ name }) => name) })
    for (const topic of wanted) checkPartitions(topic, found)
    return missing.map(({ name }) => name)
  } finally {
    await admin.disconnect()
  }
}

const toCreation = ({ name, partitions, config }: Topic) => ({
  topic: name,
  numPartitions: partitions,
  configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
})

function checkPartitions({ name, partitions }: Topic, found: readonly ITopicMetadata[]): void {
  const has = found.find((topic) => topic.name === name)?.partitions.length
  if (has === partitions) return
  throw new Error(`Topic ${name} has ${has} partitions, not ${partitions}: keys would move. Use other brokers, or remove the data.`)
}
