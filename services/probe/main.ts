import { randomUUID } from 'node:crypto'
import { runProcess } from '../shared/runtime/process/process.ts'
import { createProbe } from './app.ts'
import { createClient } from './clients.ts'
import { config } from './config.ts'

await runProcess({
  service: 'probe',
  config,
  start: async ({ config: { MESH_OUTBOUND }, logger, metrics }) => {
    const client = createClient(MESH_OUTBOUND)
    return { app: createProbe({ logger, client, newId: randomUUID, metrics }), stop: () => client.close() }
  },
})
