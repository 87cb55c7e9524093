import { Type } from 'typebox'
import { baseConfig } from '../shared/runtime/process/config.ts'

export const config = Type.Object({
  ...baseConfig,
  UPSTREAM_TIMEOUT_MS: Type.Integer({
    minimum: 1,
    default: 3000,
    description: 'milliseconds to wait for another service; longer than the timeouts of the mesh, whose answers say more',
  }),
})
