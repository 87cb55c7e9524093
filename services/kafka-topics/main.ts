import { topics } from '../shared/contracts/topology.ts'
import { brokerSecurity } from '../shared/runtime/kafka/client/broker-security.ts'
import { createMissingTopics } from '../shared/runtime/kafka/create-missing-topics.ts'
import { readConfig } from '../shared/runtime/process/config.ts'
import { config } from './config.ts'

/** A Job's process: it ends when all topics are there, and with 1 when they cannot be as they should. */
try {
  const settings = readConfig(config)
  const wanted = topics(settings.TOPIC_PARTITIONS, settings.TOPIC_MIN_INSYNC_REPLICAS)
  const created = await createMissingTopics(settings.KAFKA_BROKERS, wanted, brokerSecurity(settings))
  console.log(created.length === 0 ? 'All topics exist.' : `Created ${created.join(', ')}.`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
