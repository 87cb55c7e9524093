import { Type } from 'typebox'
import { baseConfig, kafkaConfig } from '../shared/runtime/process/config.ts'

export const usualOrderTimeoutMs = 15 * 60_000

/** Environment of the service. */
export const config = Type.Object({
  ...baseConfig,
  ...kafkaConfig,
  ORDER_TIMEOUT_MS: Type.Integer({
    minimum: 1000,
    maximum: 24 * 3600_000,
    default: usualOrderTimeoutMs,
    description: 'milliseconds from placing to confirmation; an order that takes longer is cancelled',
  }),
})
