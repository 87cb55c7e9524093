import { setTimeout as delay } from 'node:timers/promises'
import kafkajs, { type Admin, type ITopicMetadata, Kafka, logLevel } from 'kafkajs'
import type { BrokerSecurity } from './client/broker-security.ts'
import { patchIdleTimers } from './client/kafkajs-patches.ts'

/** A topic as it should be. */
export interface Topic {
  readonly name: string
  readonly partitions: number
  /** Kafka topic configuration. */
  readonly config: Readonly<Record<string, string>>
}

/** About 40 s altogether: a broker that starts beside us may take that long. */
const retry = { initialRetryTime: 50, maxRetryTime: 1000, retries: 40 }

/** From the creation of a topic until the broker that is asked has heard of it. */
const knownWithinMs = 30_000

/**
 * Creates the topics that are missing, with as many copies as the brokers keep by default.
 * @param brokers `host:port`, comma separated
 * @param security of the connections; plain text when left out
 * @returns the names of those created now
 * @throws Error when a topic exists with another number of partitions (keys would move), with other settings than are wanted,
 * or with fewer copies than must have a record before it counts as written
 */
export async function createMissingTopics(brokers: string, wanted: readonly Topic[], security: BrokerSecurity = {}): Promise<string[]> {
  patchIdleTimers()
  const kafka = new Kafka({ ...security, clientId: 'kafka-topics', brokers: brokers.split(','), logLevel: logLevel.NOTHING, retry })
  const admin = kafka.admin({ retry })
  await admin.connect()
  try {
    const existing = new Set(await admin.listTopics())
    const missing = wanted.filter(({ name }) => !existing.has(name))
    if (missing.length > 0) await admin.createTopics({ waitForLeaders: false, topics: missing.map(toCreation) })
    const found = await untilKnown(
      admin,
      wanted.map(({ name }) => name),
    )
    for (const topic of wanted) checkPartitions(topic, found)
    await checkSettings(admin, wanted)
    return missing.map(({ name }) => name)
  } finally {
    await admin.disconnect()
  }
}

/** What Kafka says of topics once it knows all of them. kafkajs' own waiting fails at once when a busy broker does not know a new one yet. */
async function untilKnown(admin: Admin, topics: string[]): Promise<readonly ITopicMetadata[]> {
  for (const end = performance.now() + knownWithinMs; ; await delay(50)) {
    try {
      return (await admin.fetchTopicMetadata({ topics })).topics
    } catch (error) {
      const isNew = error instanceof kafkajs.KafkaJSProtocolError && error.type === 'UNKNOWN_TOPIC_OR_PARTITION'
      if (!isNew || performance.now() > end) throw error
    }
  }
}

const toCreation = ({ name, partitions, config }: Topic) => ({
  topic: name,
  numPartitions: partitions,
  configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
})

function checkPartitions({ name, partitions, config }: Topic, found: readonly ITopicMetadata[]): void {
  const present = found.find((topic) => topic.name === name)?.partitions ?? []
  if (present.length !== partitions)
    throw new Error(
      `Topic ${name} has ${present.length} partitions, not ${partitions}: keys would move. Use other brokers, or remove the data.`,
    )
  const copies = Math.min(...present.map(({ replicas }) => replicas.length))
  const needed = Number(config['min.insync.replicas'] ?? 1)
  if (copies < needed)
    throw new Error(
      `Topic ${name} has ${copies} copies, and a write needs ${needed} of them: raise default.replication.factor and make the topic anew.`,
    )
}

/** All that differ are told at once; they are not changed, because whoever changed them may have had a reason. */
async function checkSettings(admin: Admin, wanted: readonly Topic[]): Promise<void> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    // Node finds no export of this name in a CommonJS module that spreads others into its exports.
    resources: wanted.map(({ name, config }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames: Object.keys(config) })),
  })
  const found = new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  )
  const others = wanted.flatMap(({ name, config }) =>
    Object.entries(config)
      .filter(([key, value]) => found.get(name)?.get(key) !== value)
      .map(([key, value]) => ({ name, key, value, has: found.get(name)?.get(key) })),
  )
  const [first] = others
  if (!first) return
  const list = others.map(({ name, key, value, has }) => `${name} has ${key}=${has}, not ${value}`).join('; ')
  throw new Error(
    `Topics with other settings: ${list}. To set one: kafka-configs.sh --bootstrap-server … --alter --entity-type topics --entity-name ${first.name} --add-config ${first.key}=${first.value}`,
  )
}
