import { Type } from 'typebox'
import { Cents } from '../shared/contracts/values.ts'
import { baseConfig, kafkaConfig } from '../shared/runtime/process/config.ts'

/** Cents. */
export const usualCreditLimit = 5_000_00

/** Environment of the service. */
export const config = Type.Object({
  ...baseConfig,
  ...kafkaConfig,
  DEFAULT_CREDIT_LIMIT: Type.Integer({
    ...Cents,
    default: usualCreditLimit,
    description: 'cents that a customer may use until somebody changes the limit; give all replicas the same',
  }),
})
