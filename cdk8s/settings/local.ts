import { localRegistry, singleBrokerPartitions } from '../../services/shared/contracts/deployment.ts'
import type { Settings } from './settings.ts'

export const settings: Settings = {
  target: 'local',
  imageRegistry: localRegistry,
  imageTag: 'local',
  kafkaBrokers: '127.0.0.1:9092',
  topicPartitions: singleBrokerPartitions,
  minInsyncReplicas: 1,
  logLevel: 'info',
}
