import { createServer, type Server } from '../shared/runtime/http/server.ts'
import type { Logger } from '../shared/runtime/process/logger.ts'
import type { Metrics } from '../shared/runtime/process/metrics.ts'
import { appRoutes } from './routes/app-routes.ts'
import { controlRoutes } from './routes/control-routes.ts'
import { createLatches } from './routes/latches.ts'
import { createWorker } from './routes/worker.ts'

export interface HttpbinOptions {
  readonly logger: Logger
  readonly maxHoldMs: number
  readonly metrics?: Metrics
}

/** Two servers over the same latches and the same worker: `app` for callers, `control` for the experimenter. */
export function createHttpbin({ logger, maxHoldMs, metrics }: HttpbinOptions): { app: Server; control: Server } {
  const latches = createLatches(maxHoldMs)
  const worker = createWorker()
  const ready = () => ({ ready: true, waitingFor: [] })
  const app = createServer({ logger, ready, metrics })
  const control = createServer({ logger, ready })
  // A stop waits for open requests, and held ones would wait for a release that nobody sends any more.
  app.addHook('preClose', async () => {
    latches.releaseAll()
    worker.stop()
  })
  appRoutes(app, latches, worker)
  controlRoutes(control, latches, worker)
  return { app, control }
}
