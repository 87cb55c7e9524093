import { Type } from 'typebox'
import { baseConfig, kafkaConfig } from '../shared/runtime/process/config.ts'
import { customAuthorizerConfig } from './authorizers/custom/start-custom-authorizer.ts'
import { jwtConfig } from './authorizers/jwt/jwt-config.ts'
import { sigv4Config } from './authorizers/sigv4/sigv4-config.ts'

export const config = Type.Object({
  ...baseConfig,
  ...kafkaConfig,
  ...jwtConfig,
  STATE_FILE: Type.Optional(
    Type.String({ description: 'file that keeps the last known stages, for a start without Kafka; not kept when left out' }),
  ),
  REDIS_URL: Type.Optional(
    Type.String({
      pattern: '^rediss?://',
      writeOnly: true,
      description: 'Redis or Valkey that counts requests for all replicas; unset: each replica counts its own',
    }),
  ),
  REDIS_AWAY: Type.Enum(['count-locally', 'admit', 'refuse'], {
    default: 'count-locally',
    description:
      'what happens to requests while Redis is away: each replica counts its own, none is counted, or those that must be counted are refused',
  }),
  UPSTREAM_TIMEOUT_MS: Type.Integer({
    minimum: 1,
    default: 3000,
    description: 'milliseconds to wait for another service; longer than the timeouts of the mesh, whose answers say more',
  }),
  MAX_IN_FLIGHT: Type.Integer({
    minimum: 0,
    // As many as the mesh lets call one service: 256 connections and 256 that wait for one. Of more, parts would only be left out.
    default: 512,
    description: 'requests in flight at once, at most; fewer while requests wait for a CPU; 0: no limit',
  }),
  SLOW_CALL_MS: Type.Integer({
    minimum: 0,
    // A call takes 3 to 10 ms here, and several times that while two cores are busy with a load that they keep up with.
    default: 30,
    description:
      'milliseconds; when even calls to the service that answers soonest take longer, fewer requests are let in; 0: not looked at',
  }),
  ...sigv4Config,
  ...customAuthorizerConfig,
  ROLES_FILE: Type.Optional(Type.String({ description: 'file with roles: what they may do, and who has them; unset: there are none' })),
})
