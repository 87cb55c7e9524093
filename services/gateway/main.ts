import { createMeshClient } from '../shared/runtime/http/mesh-client.ts'
import { brokerSecurity } from '../shared/runtime/kafka/client/broker-security.ts'
import { connectEventLog } from '../shared/runtime/kafka/connect-event-log.ts'
import { runProcess } from '../shared/runtime/process/process.ts'
import { followFile } from './access/followed-file.ts'
import { readRoles } from './access/roles.ts'
import { createGateway } from './app.ts'
import { startCustomAuthorizer } from './authorizers/custom/start-custom-authorizer.ts'
import { startJwtAuthorizer } from './authorizers/jwt/start-jwt-authorizer.ts'
import { startSigV4Authorizer } from './authorizers/sigv4/start-sigv4-authorizer.ts'
import { config } from './config.ts'
import { metersInMemory, metersInRedis } from './plans/meters.ts'
import { publishedRing } from './plans/published-ring.ts'
import { stageTable } from './stages/stage-table.ts'
import { startGatewayState } from './state/gateway-state.ts'

await runProcess({
  service: 'gateway',
  config,
  start: async ({ config: settings, logger, metrics }) => {
    const { MESH_OUTBOUND, UPSTREAM_TIMEOUT_MS, MAX_IN_FLIGHT, SLOW_CALL_MS, KAFKA_BROKERS, STATE_FILE: file } = settings
    const { ROLES_FILE, REDIS_URL, REDIS_AWAY } = settings
    const stages = stageTable()
    const ring = publishedRing()
    // No `onFatal`: without Kafka the gateway goes on with what it knows.
    const eventLog = connectEventLog({
      brokers: KAFKA_BROKERS.split(','),
      security: brokerSecurity(settings),
      clientId: 'gateway',
      logger,
    })
    const state = await startGatewayState({ eventLog, views: [stages.update, ring.update], file, logger, metrics })
    const signed = await startSigV4Authorizer(settings, logger)
    const custom = await startCustomAuthorizer(settings, logger)
    const roles = ROLES_FILE === undefined ? undefined : await followFile(ROLES_FILE, readRoles, logger)
    const meters = REDIS_URL === undefined ? metersInMemory() : await metersInRedis(REDIS_URL, REDIS_AWAY, logger, metrics)
    const mesh = createMeshClient({ outbound: MESH_OUTBOUND, defaultTimeoutMs: UPSTREAM_TIMEOUT_MS, metrics })
    const jwt = startJwtAuthorizer(settings, { outbound: MESH_OUTBOUND, logger })
    const limits = { maxInFlight: MAX_IN_FLIGHT, slowCallMs: SLOW_CALL_MS }
    const app = createGateway({
      mesh,
      logger,
      metrics,
      ...limits,
      stages,
      sendCommand: state.sendCommand,
      isLoaded: state.ready,
      authorizers: [...jwt.authorizers, ...signed.authorizers, ...custom.authorizers],
      ...(roles && { roles: () => roles.current }),
      ring,
      meters,
    })
    const stop = async () => {
      roles?.stop()
      await Promise.all([mesh.close(), jwt.close(), state.stop(), signed.close(), custom.close(), meters.stop()])
      await eventLog.close()
    }
    return { app, stop }
  },
})
