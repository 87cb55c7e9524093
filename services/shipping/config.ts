import { Type } from 'typebox'
import { baseConfig, kafkaConfig } from '../shared/runtime/process/config.ts'

/** Environment of the service. */
export const config = Type.Object({ ...baseConfig, ...kafkaConfig })
