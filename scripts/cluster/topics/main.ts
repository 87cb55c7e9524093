import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { topics } from '../../../services/shared/contracts/topology.ts'
import { brokerSecurity, brokerSecurityConfig } from '../../../services/shared/runtime/kafka/client/broker-security.ts'
import { createMissingTopics } from '../../topics/create-missing-topics.ts'

const Environment = Type.Object({
  KAFKA_BROKERS: Type.String({ minLength: 1, description: 'host:port, comma separated' }),
  TOPIC_PARTITIONS: Type.Integer({ minimum: 1, description: 'of commands and events' }),
  TOPIC_MIN_INSYNC_REPLICAS: Type.Integer({ minimum: 1, description: 'copies that must have a record before it counts as written' }),
  ...brokerSecurityConfig,
})

/** The process of the Job that creates the topics (charts/topics.ts). */
try {
  const config = Value.Convert(Environment, Value.Default(Environment, { ...process.env }))
  if (!Value.Check(Environment, config)) {
    const [error] = Value.Errors(Environment, config)
    throw new Error(`The environment is not complete: ${error?.instancePath.slice(1) ?? ''} ${error?.message ?? ''}.`)
  }
  const wanted = topics(config.TOPIC_PARTITIONS, config.TOPIC_MIN_INSYNC_REPLICAS)
  const created = await createMissingTopics(config.KAFKA_BROKERS, wanted, brokerSecurity(config))
  console.log(created.length === 0 ? 'All topics exist.' : `Created ${created.join(', ')}.`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
