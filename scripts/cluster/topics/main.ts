import { topics } from '../../../services/shared/contracts/topology.ts'
import { createTopics } from './create-topics.ts'

/** The process of the Job that creates the topics (charts/topics.ts). */
try {
  const { KAFKA_BROKERS, TOPIC_PARTITIONS } = process.env
  const partitions = Number(TOPIC_PARTITIONS)
  if (!KAFKA_BROKERS || !Number.isInteger(partitions) || partitions < 1) {
    throw new Error('KAFKA_BROKERS (host:port, comma separated) and TOPIC_PARTITIONS (a whole number from 1) must be set.')
  }
  const created = await createTopics(KAFKA_BROKERS, topics(partitions))
  console.log(created.length === 0 ? 'All topics exist.' : `Created ${created.join(', ')}.`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
