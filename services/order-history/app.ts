import { eventSchemas, eventVersions } from '../shared/contracts/index.ts'
import { answerOnceLoaded } from '../shared/runtime/http/answer-once-loaded.ts'
import type { Readiness } from '../shared/runtime/http/operational-routes.ts'
import { createServer } from '../shared/runtime/http/server.ts'
import type { EventLog } from '../shared/runtime/kafka/event-log.ts'
import type { Logger } from '../shared/runtime/process/logger.ts'
import type { Metrics } from '../shared/runtime/process/metrics.ts'
import type { RunningService } from '../shared/runtime/process/process.ts'
import { type Database, startProjections, watchDatabase } from '../shared/runtime/projections/index.ts'
import { projections } from './projections/projections.ts'
import { serveOperations } from './routes/operations-routes.ts'
import { serveOrders } from './routes/order-routes.ts'

export interface OrderHistoryOptions {
  readonly eventLog: EventLog
  readonly database: Database
  readonly logger: Logger
  readonly metrics?: Metrics
}

/**
 * The read model and its routes; ready when it knows all that had happened when it started, for as long as its database answers.
 * Until it knows that its routes answer 503: an order that has not been read yet is not one that does not exist.
 * `stop` closes log and database as well.
 */
export function createOrderHistory({ eventLog, database, logger, metrics }: OrderHistoryOptions): RunningService {
  const clock = () => new Date()
  const running = startProjections({
    service: 'order-history',
    eventLog,
    database,
    projections,
    eventSchemas,
    eventVersions,
    logger,
    metrics,
    clock,
  })
  const watch = watchDatabase(database)
  const ready = (): Readiness => {
    const [rows, answering] = [running.ready(), watch.ready()]
    return { ready: rows.ready && answering.ready, waitingFor: [...answering.waitingFor, ...rows.waitingFor] }
  }
  const app = createServer({ logger, metrics, ready })
  answerOnceLoaded(app, running.hasCaughtUp)
  serveOrders(app, database, running, clock)
  serveOperations(app, database, running.rebuilds, clock)
  return {
    app,
    stop: async () => {
      await Promise.all([running.stop(), watch.stop()])
      await eventLog.close()
      await database.close()
    },
  }
}
