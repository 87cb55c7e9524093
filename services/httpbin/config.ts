import { Type } from 'typebox'
import { baseConfig } from '../shared/runtime/process/config.ts'

export const config = Type.Object({
  ...baseConfig,
  CONTROL_PORT: Type.Integer({
    minimum: 0,
    maximum: 65535,
    default: 8081,
    description: 'port of the latch controls, which no Service names',
  }),
  MAX_HOLD_MS: Type.Integer({
    minimum: 1,
    maximum: 300_000,
    default: 30_000,
    description: 'milliseconds after which a held request is answered anyway',
  }),
})
