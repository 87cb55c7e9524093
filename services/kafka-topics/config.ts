import { Type } from 'typebox'
import { kafkaConfig } from '../shared/runtime/process/config.ts'

/** Environment of the process. */
export const config = Type.Object({
  ...kafkaConfig,
  TOPIC_PARTITIONS: Type.Integer({ minimum: 1, description: 'partitions of commands, events and snapshots' }),
  TOPIC_MIN_INSYNC_REPLICAS: Type.Integer({ minimum: 1, description: 'copies that must have a record before it counts as written' }),
})
