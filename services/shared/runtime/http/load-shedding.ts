import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Counter } from 'prom-client'
import { type Metrics, metricsIn } from '../process/metrics.ts'
import { AdaptiveLimit } from './adaptive-limit.ts'
import { observeTurns } from './event-loop-turns.ts'
import { operationalPaths } from './operational-routes.ts'
import { commonProblem } from './problem.ts'
import { refuseEarly } from './refuse-early.ts'

export interface LoadSheddingOptions {
  /** Requests in flight at once, at most; 0: no limit at all. Fewer while requests wait for a CPU (`adaptive-limit.ts`). */
  readonly maxInFlight: number
  /** ms. When even calls to the service that answers soonest take longer, fewer are let in; 0: their time does not count. */
  readonly slowCallMs?: number
  /** Whether a request only waits for something to happen, which costs nothing: it is refused like others, and then keeps nobody out. */
  readonly onlyWaits?: (request: FastifyRequest) => boolean
  readonly metrics?: Metrics | undefined
}

/** The limit of one server. */
export interface LoadShedding {
  /** To be called before any other hook is added. */
  addTo(app: FastifyInstance): void
  /** To be told of each call to another service that was answered, and how long that took. */
  answered(service: string, ms: number): void
  /** As in the options; set, it holds from the next request on. */
  maxInFlight: number
  /** Recent requests that may be in flight now; 0: no limit. */
  readonly limit: number
  readonly inFlight: number
}

/** ms; long enough that a garbage collection does not count, short enough that a queue does not grow. */
const windowMs = 100

/**
 * Refuses what is too much before any work is done for it: 503 `OVERLOADED` with `Retry-After`. Without it a server that is asked for more than it can do
 * does all of it too late. Health, readiness and metrics are always answered.
 */
export function loadShedding({ maxInFlight, slowCallMs = 0, onlyWaits, metrics }: LoadSheddingOptions): LoadShedding {
  const adaptive = new AdaptiveLimit({ most: maxInFlight, slowCallMs })
  const eventLoop = observeTurns(windowMs, {
    isBusy: () => adaptive.inFlight > 0,
    ended: (turnMs, nowMs) => adaptive.endStretch(turnMs, nowMs),
    rested: () => adaptive.rest(),
  })
  const isFull = (): boolean => adaptive.isFull(performance.now())
  const shedding: LoadShedding = {
    addTo(app) {
      refuseEarly(app.server, { isFull, isStrained: () => adaptive.isStrained, refused: () => refused.inc() })
      app.addHook('onRequest', (request, reply, done) => {
        if (operationalPaths.has(request.routeOptions.url ?? '')) return done()
        if (isFull()) {
          refused.inc()
          return done(commonProblem('OVERLOADED'))
        }
        if (onlyWaits?.(request)) return done()
        eventLoop.began()
        const begun = adaptive.begin(performance.now())
        reply.raw.once('close', () => adaptive.end(begun))
        done()
      })
    },
    answered: (service, ms) => adaptive.answered(service, ms),
    get maxInFlight() {
      return adaptive.most
    },
    set maxInFlight(value) {
      adaptive.most = value
    },
    get limit() {
      return adaptive.limit
    },
    get inFlight() {
      return adaptive.inFlight
    },
  }
  const refused = refusedRequests(shedding, metrics)
  return shedding
}

/** Counts the refused requests, and shows the limit and what uses it. */
function refusedRequests(shedding: LoadShedding, metrics: Metrics | undefined): Counter.Internal {
  const { counter, gauge } = metricsIn(metrics)
  gauge({
    name: 'http_server_in_flight_limit',
    help: 'Requests that may be in flight at once; 0: no limit',
    collect() {
      this.set(shedding.limit)
    },
  })
  gauge({
    name: 'http_server_requests_in_flight',
    help: 'Requests in flight, without those that only wait',
    collect() {
      this.set(shedding.inFlight)
    },
  })
  return counter({ name: 'http_server_requests_shed_total', help: 'Requests refused because too many were in flight' }).labels()
}
