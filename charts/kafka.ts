import { Chart } from 'cdk8s'
import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { SingleStore } from '../cdk8s/constructs/single-store.ts'
import { type ClusterSettings, dataNamespace, type Settings, storePorts, topicsJob } from '../cdk8s/settings.ts'

const image = 'apache/kafka:4.1.0'
const kafkaUser = 1000
/** For clients of this machine: `kubectl port-forward` to it, at the same port, because a broker tells its clients where it is. */
const forwardedPort = 19092

/** One KRaft broker for kind. */
export class Kafka extends Chart {
  constructor(scope: Construct, settings: Settings, { storageClass }: ClusterSettings) {
    super(scope, 'kafka', { namespace: dataNamespace })
    new SingleStore(this, 'kafka', {
      name: 'kafka',
      image,
      user: kafkaUser,
      env: Object.entries(broker(settings)).map(([name, value]) => ({ name, value })),
      dataPath: '/var/lib/kafka/data',
      storage: '5Gi',
      storageClass,
      cpu: '100m',
      memory: '1Gi',
      scratchPaths: ['/tmp', '/opt/kafka/config', '/opt/kafka/logs'],
      ready: { tcpSocket: { port: k8s.IntOrString.fromNumber(storePorts.kafka) }, periodSeconds: 2 },
      clients: [topicsJob],
      // The transaction coordinator writes its markers to the broker's advertised address, also when that is itself.
      callsItself: true,
    })
  }
}

/** Broker and controller in one process (KRaft); a single broker keeps one copy of everything. */
const broker = (settings: Settings): Record<string, string> => ({
  KAFKA_NODE_ID: '1',
  KAFKA_PROCESS_ROLES: 'broker,controller',
  KAFKA_LISTENERS: `PLAINTEXT://:9092,FORWARDED://:${forwardedPort},CONTROLLER://localhost:9093`,
  KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${settings.kafkaBrokers},FORWARDED://localhost:${forwardedPort}`,
  KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
  KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
  KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,FORWARDED:PLAINTEXT',
  // Below the volume's root, which may hold `lost+found`: a broker takes every directory there for a partition.
  KAFKA_LOG_DIRS: '/var/lib/kafka/data/log',
  KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
  KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
  KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
  KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
  KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
  KAFKA_HEAP_OPTS: '-Xmx512m -Xms512m',
})
