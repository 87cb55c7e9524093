import { kafkaFromDocker } from './kafka-from-docker.ts'
import { kafkaFromMaven } from './kafka-from-maven.ts'
import type { KafkaSource } from './kafka-source.ts'
import { type Ensure, firstOf, type Provider } from './providers.ts'

const runningBrokers: Provider<KafkaSource> = async ({ env }) =>
  env.KAFKA_BROKERS ? { found: { kind: 'brokers', brokers: env.KAFKA_BROKERS } } : { closed: 'KAFKA_BROKERS is not set' }

/**
 * Finds Kafka or fetches it: the brokers of `KAFKA_BROKERS`, else Apache Kafka's jars through Maven, else the published image.
 * `BREAKWATER_KAFKA=brokers|maven|docker` forces one provider.
 * @throws MissingTool when no provider has one; says what to install
 */
export const ensureKafka: Ensure<KafkaSource> = firstOf({
  tool: 'Kafka',
  variable: 'BREAKWATER_KAFKA',
  install: 'install Java 17 or later with Maven, or Docker, or set KAFKA_BROKERS to brokers that run',
  providers: { brokers: runningBrokers, maven: kafkaFromMaven, docker: kafkaFromDocker },
})
