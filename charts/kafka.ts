import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { ShopChart } from '../cdk8s/constructs/shop-chart.ts'
import { SingleReplicaStore } from '../cdk8s/constructs/single-replica-store.ts'
import type { ClusterSettings, Settings } from '../cdk8s/settings/settings.ts'
import {
  dataNamespace,
  forwardedListener,
  images,
  kafkaVariables,
  singleBrokerProperties,
  storePorts,
  topicsJob,
} from '../services/shared/contracts/deployment.ts'

const kafkaUser = 1000
const { name: forwarded, port: forwardedPort } = forwardedListener

/** One KRaft broker for kind. */
export class Kafka extends ShopChart {
  constructor(scope: Construct, settings: Settings, { storageClass }: ClusterSettings) {
    super(scope, 'kafka', settings, dataNamespace)
    new SingleReplicaStore(this, 'kafka', {
      name: 'kafka',
      image: images.kafka,
      user: kafkaUser,
      env: Object.entries(broker(settings)).map(([name, value]) => ({ name, value })),
      dataPath: '/var/lib/kafka/data',
      storage: '5Gi',
      storageClass: storageClass.name,
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
  KAFKA_LISTENERS: `PLAINTEXT://:${storePorts.kafka},${forwarded}://:${forwardedPort},CONTROLLER://localhost:9093`,
  KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${settings.kafkaBrokers},${forwarded}://localhost:${forwardedPort}`,
  KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
  KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
  KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: `CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,${forwarded}:PLAINTEXT`,
  // Below the volume's root, which may hold `lost+found`: a broker takes every directory there for a partition.
  KAFKA_LOG_DIRS: '/var/lib/kafka/data/log',
  ...kafkaVariables(singleBrokerProperties),
  KAFKA_HEAP_OPTS: '-Xmx512m -Xms512m',
})
