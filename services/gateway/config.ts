import { Type } from 'typebox'
import { baseConfig } from '../shared/runtime/process/config.ts'

export const config = Type.Object({
  ...baseConfig,
  UPSTREAM_TIMEOUT_MS: Type.Integer({
    minimum: 1,
    default: 3000,
    description: 'milliseconds to wait for another service; longer than the timeouts of the mesh, whose answers say more',
  }),
  MAX_IN_FLIGHT: Type.Integer({
    minimum: 0,
    // As many as the mesh lets call one service: 256 connections and 256 that wait for one. Of more, parts would only be left out.
    default: 512,
    description: 'requests in flight at once, at most; fewer while the process cannot keep up; 0: no limit',
  }),
})
