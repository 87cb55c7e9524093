import type { Settings } from './settings.ts'

const region = 'europe-west3'
/** Where brokers and database have their private addresses. */
const network = '10.20.0.0/16'

/** Project, region, network and host names are placeholders. */
export const settings: Settings = {
  target: 'gke',
  imageRegistry: `${region}-docker.pkg.dev/my-project/breakwater`,
  imageTag: '0.1.0',
  kafkaBrokers: 'kafka.shop.internal:9093',
  topicPartitions: 24,
  minInsyncReplicas: 2,
  logLevel: 'info',
  cluster: {
    dataStores: 'managed',
    externalStores: [
      { kind: 'kafka', name: 'kafka-bootstrap', host: 'kafka.shop.internal', port: 9093, network },
      { kind: 'kafka', name: 'kafka-broker-1', host: 'broker-1.kafka.shop.internal', port: 9093, network },
      { kind: 'kafka', name: 'kafka-broker-2', host: 'broker-2.kafka.shop.internal', port: 9093, network },
      { kind: 'kafka', name: 'kafka-broker-3', host: 'broker-3.kafka.shop.internal', port: 9093, network },
      { kind: 'postgres', name: 'order-history-database', host: 'order-history.shop.internal', port: 5432, network },
    ],
    kafkaSecurity: { mechanism: 'scram' },
    databaseTls: true,
    tokenIssuer: { issuer: 'https://securetoken.google.com/my-project', audience: 'my-project', network: '0.0.0.0/0' },
    storageClass: { name: 'standard-rwo' },
    spreadOver: 'topology.kubernetes.io/zone',
    minReplicas: 2,
    chaosTools: false,
    autoscaling: { maxReplicas: 6, cpuPercent: 70 },
  },
}
