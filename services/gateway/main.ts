import { createMeshClient } from '../shared/runtime/http/mesh-client.ts'
import { runProcess } from '../shared/runtime/process/process.ts'
import { createGateway } from './app.ts'
import { config } from './config.ts'

await runProcess({
  service: 'gateway',
  config,
  start: async ({ config: { MESH_OUTBOUND, UPSTREAM_TIMEOUT_MS, MAX_IN_FLIGHT }, logger, metrics }) => {
    const mesh = createMeshClient({ outbound: MESH_OUTBOUND, defaultTimeoutMs: UPSTREAM_TIMEOUT_MS, metrics })
    return { app: createGateway({ mesh, logger, metrics, maxInFlight: MAX_IN_FLIGHT }), stop: () => mesh.close() }
  },
})
