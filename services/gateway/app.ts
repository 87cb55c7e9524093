import { loadShedding } from '../shared/runtime/http/load-shedding.ts'
import type { MeshClient } from '../shared/runtime/http/mesh-client.ts'
import { createServer, type Server } from '../shared/runtime/http/server.ts'
import { timedMeshClient } from '../shared/runtime/http/timed-mesh-client.ts'
import type { Logger } from '../shared/runtime/process/logger.ts'
import type { Metrics } from '../shared/runtime/process/metrics.ts'
import { authorizeRequests } from './access/authorize-requests.ts'
import type { Authorizer } from './access/authorizer.ts'
import type { Parts } from './api/api-route.ts'
import { bindVersion } from './api/bind-version.ts'
import { v1 } from './api/v1.ts'
import { createShop } from './clients.ts'
import { isLongPoll } from './handlers/orders.ts'
import { partialResponses } from './handlers/partial-response.ts'
import { temporaryLimit } from './handlers/temporary-limit.ts'

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
  const parts: Parts = {
    shop: createShop(timedMeshClient(mesh, shedding.answered)),
    partialResponse: partialResponses(logger, metrics),
    inFlightLimit: temporaryLimit(shedding),
  }
  bindVersion(app, v1, parts)
  return app
}
