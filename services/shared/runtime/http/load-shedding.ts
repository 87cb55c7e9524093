import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Counter } from 'prom-client'
import { type Metrics, metricsIn } from '../process/metrics.ts'
import { observeTurns } from './event-loop-turns.ts'
import { nextLimit } from './in-flight-limit.ts'
import { operationalPaths } from './operational-routes.ts'
import { commonProblem } from './problem.ts'
import { refuseEarly } from './refuse-early.ts'

export interface LoadSheddingOptions {
  /** Requests in flight at once, at most; 0: no limit at all. Fewer while the event loop cannot keep up (`in-flight-limit.ts`). */
  readonly maxInFlight: number
  /** Whether a request only waits for something to happen, which costs nothing: it is refused like others, and then keeps nobody out. */
  readonly onlyWaits?: (request: FastifyRequest) => boolean
  readonly metrics?: Metrics | undefined
}

/** The limit of one server. */
export interface LoadShedding {
  /** To be called before any other hook is added. */
  addTo(app: FastifyInstance): void
  /** As in the options; set, it holds from the next request on. */
  maxInFlight: number
  /** Requests that may be in flight now; 0: no limit. */
  readonly limit: number
  readonly inFlight: number
}

/** Whatever the loop says, so many may be in flight: with fewer, a process that others keep from its CPU would do nothing. */
export const leastInFlight = 16
/** ms; long enough that a garbage collection does not count, short enough that a queue does not grow. */
const windowMs = 100

/**
 * Refuses what is too much before any work is done for it: 503 `OVERLOADED` with `Retry-After`. Without it a server that is asked for more than it can do
 * does all of it too late. Health, readiness and metrics are always answered.
 */
export function loadShedding({ maxInFlight, onlyWaits, metrics }: LoadSheddingOptions): LoadShedding {
  let most = maxInFlight
  let limit = most
  let inFlight = 0
  const eventLoop = observeTurns(
    () => inFlight,
    windowMs,
    (seen) => {
      limit = nextLimit(limit, seen, { least: Math.min(leastInFlight, most), most })
    },
  )
  const isFull = (): boolean => most > 0 && inFlight >= limit
  const shedding: LoadShedding = {
    addTo(app) {
      refuseEarly(app.server, { isFull, isStrained: () => limit < most, refused: () => refused.inc() })
      app.addHook('onRequest', (request, reply, done) => {
        if (operationalPaths.has(request.routeOptions.url ?? '')) return done()
        if (isFull()) {
          refused.inc()
          return done(commonProblem('OVERLOADED'))
        }
        if (onlyWaits?.(request)) return done()
        inFlight += 1
        eventLoop.began()
        reply.raw.once('close', () => {
          inFlight -= 1
        })
        done()
      })
    },
    get maxInFlight() {
      return most
    },
    set maxInFlight(value) {
      most = value
      limit = value
    },
    get limit() {
      return limit
    },
    get inFlight() {
      return inFlight
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
