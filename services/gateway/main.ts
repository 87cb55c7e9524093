import { createMeshClient } from '../shared/runtime/http/mesh-client.ts'
import { brokerSecurity } from '../shared/runtime/kafka/client/broker-security.ts'
import { connectEventLog } from '../shared/runtime/kafka/connect-event-log.ts'
import { runProcess } from '../shared/runtime/process/process.ts'
import { createGateway } from './app.ts'
import { config } from './config.ts'
import { stageTable } from './stages/stage-table.ts'
import { startGatewayState } from './state/gateway-state.ts'

await runProcess({
  service: 'gateway',
  config,
  start: async ({ config: settings, logger, metrics }) => {
    const { MESH_OUTBOUND, UPSTREAM_TIMEOUT_MS, MAX_IN_FLIGHT, SLOW_CALL_MS, KAFKA_BROKERS, STATE_FILE: file } = settings
    const stages = stageTable()
    // No `onFatal`: without Kafka the gateway goes on with what it knows.
    const eventLog = connectEventLog({
      brokers: KAFKA_BROKERS.split(','),
      security: brokerSecurity(settings),
      clientId: 'gateway',
      logger,
    })
    const state = await startGatewayState({ eventLog, views: [stages.update], file, logger, metrics })
    const mesh = createMeshClient({ outbound: MESH_OUTBOUND, defaultTimeoutMs: UPSTREAM_TIMEOUT_MS, metrics })
    const limits = { maxInFlight: MAX_IN_FLIGHT, slowCallMs: SLOW_CALL_MS }
    const app = createGateway({ mesh, logger, metrics, ...limits, stages, sendCommand: state.sendCommand, isLoaded: state.ready })
    const stop = async () => {
      await Promise.all([mesh.close(), state.stop()])
      await eventLog.close()
    }
    return { app, stop }
  },
})
