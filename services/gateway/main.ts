import { createMeshClient } from '../shared/runtime/http/mesh-client.ts'
import { runProcess } from '../shared/runtime/process/process.ts'
import { createGateway } from './app.ts'
import { config } from './config.ts'

await runProcess({
  service: 'gateway',
  config,
  start: async ({ config: { MESH_OUTBOUND, UPSTREAM_TIMEOUT_MS, MAX_IN_FLIGHT, SLOW_CALL_MS }, logger, metrics }) => {
    const mesh = createMeshClient({ outbound: MESH_OUTBOUND, defaultTimeoutMs: UPSTREAM_TIMEOUT_MS, metrics })
    const app = createGateway({ mesh, logger, metrics, maxInFlight: MAX_IN_FLIGHT, slowCallMs: SLOW_CALL_MS })
    return { app, stop: () => mesh.close() }
  },
})
