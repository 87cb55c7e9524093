import { loadShedding } from '../shared/runtime/http/load-shedding.ts'
import type { MeshClient } from '../shared/runtime/http/mesh-client.ts'
import { createServer, type Server } from '../shared/runtime/http/server.ts'
import { timedMeshClient } from '../shared/runtime/http/timed-mesh-client.ts'
import type { Logger } from '../shared/runtime/process/logger.ts'
import type { Metrics } from '../shared/runtime/process/metrics.ts'
import { authorizeRequests } from './access/authorize-requests.ts'
import type { Authorizer } from './access/authorizer.ts'
import { createShop } from './clients.ts'
import { inFlightLimitRoutes } from './routes/in-flight-limit-routes.ts'
import { operationsRoutes } from './routes/operations-routes.ts'
import { isLongPoll, orderRoutes } from './routes/order-routes.ts'
import { partialResponses } from './routes/partial-response.ts'
import { productRoutes } from './routes/product-routes.ts'

export interface GatewayOptions {
  readonly mesh: MeshClient
  readonly logger: Logger
  readonly metrics?: Metrics
  /** Requests in flight at once, at most; 0: no limit. */
  readonly maxInFlight?: number
  /** ms; see `LoadSheddingOptions`. */
  readonly slowCallMs?: number
  /** Asked in this order who calls. */
  readonly authorizers?: readonly Authorizer[]
}

/** The gateway as a value. It is ready at once: what it needs of other services it asks for per request, and does without where it can. */
export function createGateway({ mesh, logger, metrics, maxInFlight = 0, slowCallMs = 0, authorizers = [] }: GatewayOptions): Server {
  const shedding = loadShedding({ maxInFlight, slowCallMs, onlyWaits: isLongPoll, metrics })
  const app = createServer({ logger, metrics, ready: () => ({ ready: true, waitingFor: [] }), loadShedding: shedding })
  authorizeRequests(app, { authorizers, enforced: false })
  const shop = createShop(timedMeshClient(mesh, shedding.answered))
  productRoutes(app, shop, partialResponses(logger, metrics))
  orderRoutes(app, shop)
  operationsRoutes(app, shop)
  inFlightLimitRoutes(app, shedding)
  return app
}
