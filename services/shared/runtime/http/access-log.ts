import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Logger } from '../process/logger.ts'
import { type Metrics, serverDurations } from '../process/metrics.ts'
import { runInContext, type WorkContext } from '../process/trace-context.ts'
import { operationalPaths } from './operational-routes.ts'

interface Observation {
  readonly logger: Logger
  readonly metrics: Metrics | undefined
  readonly contextOf: (request: FastifyRequest) => WorkContext
}

/** One line and one measurement for each answered request. Probes and scrapes are measured but not logged: they would be most of the log. */
export function observeRequests(app: FastifyInstance, { logger, metrics, contextOf }: Observation): void {
  const durations = metrics && serverDurations(metrics)
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions, url } = request
    const status = reply.statusCode
    durations?.observe({ method, route: routeOptions.url ?? 'none', status }, reply.elapsedTime / 1000)
    const [path = url] = url.split('?', 1)
    if (!operationalPaths.has(path)) {
      const line = { method, path: path.slice(0, 200), status, durationMs: Math.round(reply.elapsedTime * 10) / 10 }
      runInContext(contextOf(request), () => logger.info(line, 'request'))
    }
    done()
  })
}
