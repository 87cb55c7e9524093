import { localRegistry, singleBrokerPartitions, storeHost, storePorts } from '../../services/shared/contracts/deployment.ts'
import type { Settings } from './settings.ts'

export const settings: Settings = {
  target: 'kind',
  imageRegistry: localRegistry,
  imageTag: 'dev',
  kafkaBrokers: `${storeHost('kafka')}:${storePorts.kafka}`,
  topicPartitions: singleBrokerPartitions,
  minInsyncReplicas: 1,
  logLevel: 'info',
  cluster: {
    dataStores: 'in-cluster',
    externalStores: [],
    ...(process.env.REDIS_IMAGE && { redis: { image: process.env.REDIS_IMAGE } }),
    storageClass: { name: 'standard' },
    spreadOver: 'kubernetes.io/hostname',
    minReplicas: 1,
    chaosTools: true,
    cpuRequest: '10m',
  },
}
