import { Chart } from 'cdk8s'
import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { SingleStore } from '../cdk8s/constructs/single-store.ts'
import type { ClusterSettings, Settings } from '../cdk8s/settings.ts'
import { namespace, topics } from '../services/shared/contracts/topology.ts'

const image = 'apache/kafka:4.1.0'
const kafkaUser = 1000

/** One KRaft broker for kind, and the Job that creates the topics. */
export class Kafka extends Chart {
  constructor(scope: Construct, settings: Settings, { storageClass }: ClusterSettings) {
    super(scope, 'kafka', { namespace })
    new SingleStore(this, 'kafka', {
      name: 'kafka',
      image,
      user: kafkaUser,
      port: 9092,
      env: Object.entries(broker(settings)).map(([name, value]) => ({ name, value })),
      dataPath: '/var/lib/kafka/data',
      storage: '5Gi',
      storageClass,
      memory: '1Gi',
      scratchPaths: ['/tmp', '/opt/kafka/config', '/opt/kafka/logs'],
      ready: { tcpSocket: { port: k8s.IntOrString.fromNumber(9092) }, periodSeconds: 2 },
    })
    new k8s.KubeJob(this, 'topics', {
      metadata: { name: 'kafka-topics' },
      spec: { backoffLimit: 20, template: topicCreation(settings) },
    })
  }
}

/** Broker and controller in one process (KRaft); a single broker keeps one copy of everything. */
const broker = (settings: Settings): Record<string, string> => ({
  KAFKA_NODE_ID: '1',
  KAFKA_PROCESS_ROLES: 'broker,controller',
  KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://localhost:9093',
  KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${settings.kafkaBrokers}`,
  KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
  KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
  KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  // Below the volume's root, which may hold `lost+found`: a broker takes every directory there for a partition.
  KAFKA_LOG_DIRS: '/var/lib/kafka/data/log',
  KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
  KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
  KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
  KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
  KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
  KAFKA_HEAP_OPTS: '-Xmx512m -Xms512m',
})

function topicCreation(settings: Settings): k8s.PodTemplateSpec {
  const create = topics(settings.topicPartitions).map(({ name, partitions, config }) =>
    [
      `/opt/kafka/bin/kafka-topics.sh --bootstrap-server ${settings.kafkaBrokers} --create --if-not-exists`,
      `--topic ${name} --partitions ${partitions} --replication-factor 1`,
      ...Object.entries(config).map(([key, value]) => `--config ${key}=${value}`),
    ].join(' '),
  )
  return {
    metadata: { labels: { app: 'kafka-topics', 'sidecar.istio.io/inject': 'false' } },
    spec: {
      restartPolicy: 'OnFailure',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: kafkaUser, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'topics',
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['bash', '-ec', create.join('\n')],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  }
}
