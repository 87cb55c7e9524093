import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { topics } from '../../../services/shared/contracts/topology.ts'
import { brokerSecurity, brokerSecurityConfig } from '../../../services/shared/runtime/kafka/broker-security.ts'
import { createMissingTopics } from '../../topics/create-missing-topics.ts'

const Environment = Type.Object({
  KAFKA_BROKERS: Type.String({ minLength: 1, description: 'host:port, comma separated' }),
  TOPIC_PARTITIONS: Type.Integer({ minimum: 1, description: 'of commands and events' }),
  ...brokerSecurityConfig,
})

/** The process of the Job that creates the topics (charts/topics.ts). */
try {
  const config = Value.Convert(Environment, Value.Default(Environment, { ...process.env }))
  if (!Value.Check(Environment, config)) {
    const [error] = Value.Errors(Environment, config)
    throw new Error(`The environment is not complete: ${error?.instancePath.slice(1) ?? ''} ${error?.message ?? ''}.`)
  }
  const created = await createMissingTopics(config.KAFKA_BROKERS, topics(config.TOPIC_PARTITIONS), brokerSecurity(config))
  console.log(created.length === 0 ? 'All topics exist.' : `Created ${created.join(', ')}.`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
