import { createServer, type Server } from '../shared/runtime/http/server.ts'
import type { Logger } from '../shared/runtime/process/logger.ts'
import type { Metrics } from '../shared/runtime/process/metrics.ts'
import type { Client } from './clients.ts'
import { probeRoutes } from './routes/probe-routes.ts'
import { createRuns } from './routes/runs.ts'

export interface ProbeOptions {
  readonly logger: Logger
  readonly client: Client
  readonly newId: () => string
  readonly metrics?: Metrics
}

export function createProbe({ logger, client, newId, metrics }: ProbeOptions): Server {
  const runs = createRuns(client, newId)
  const app = createServer({ logger, ready: () => ({ ready: true, waitingFor: [] }), metrics })
  app.addHook('preClose', async () => runs.stop())
  probeRoutes(app, runs)
  return app
}
