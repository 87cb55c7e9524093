import { loadShedding } from '../shared/runtime/http/load-shedding.ts'
import type { MeshClient } from '../shared/runtime/http/mesh-client.ts'
import { createServer, type Server } from '../shared/runtime/http/server.ts'
import { timedMeshClient } from '../shared/runtime/http/timed-mesh-client.ts'
import type { Logger } from '../shared/runtime/process/logger.ts'
import type { Metrics } from '../shared/runtime/process/metrics.ts'
import { authorizeRequests } from './access/authorize-requests.ts'
import type { Authorizer } from './access/authorizer.ts'
import { orderOwners } from './access/order-owners.ts'
import type { Roles } from './access/roles.ts'
import type { Parts } from './api/api-route.ts'
import { bindVersion } from './api/bind-version.ts'
import { serveDocuments } from './api/serve-documents.ts'
import { servePages } from './api/serve-pages.ts'
import { versions } from './api/versions.ts'
import { createShop } from './clients.ts'
import { corsPerStage } from './cors/cors-per-stage.ts'
import { isLongPoll } from './handlers/orders.ts'
import { partialResponses } from './handlers/partial-response.ts'
import { temporaryLimit } from './handlers/temporary-limit.ts'
import { serveDevelopers } from './plans/developers/serve-developers.ts'
import { keyAuthorizer } from './plans/key-authorizer.ts'
import { keyOffice } from './plans/key-office.ts'
import { emptyRing, type KeyRing } from './plans/key-ring.ts'
import { limitRequests } from './plans/limit-requests.ts'
import { type Meters, metersInMemory } from './plans/meters.ts'
import { needsKey, throttlesOf } from './plans/rules-of-request.ts'
import { securityHeaders } from './security-headers/security-headers.ts'
import { giveStages, rewriteForStage } from './stages/plugin.ts'
import { watchReleases } from './stages/release/watch-releases.ts'
import { stageOperations } from './stages/stage-operations.ts'
import { type StageTable, stageTable } from './stages/stage-table.ts'
import type { SendGatewayCommand } from './state/gateway-state.ts'

export interface GatewayOptions {
  readonly mesh: MeshClient
  readonly logger: Logger
  readonly metrics?: Metrics
  /** Requests in flight at once, at most; 0: no limit. */
  readonly maxInFlight?: number
  /** ms; see `LoadSheddingOptions`. */
  readonly slowCallMs?: number
  /** Asked in this order who calls. Left out: only what anybody may call is answered. */
  readonly authorizers?: readonly Authorizer[]
  /** Left out: the stages that every gateway begins with. */
  readonly stages?: StageTable
  /** Left out: nothing can be published. */
  readonly sendCommand?: SendGatewayCommand
  /** Whether what operators have published is known; what the services behind it know is asked for per request. */
  readonly isLoaded?: () => boolean
  /** What callers may do beside what they have proved, as it is now. */
  readonly roles?: () => Roles
  /** API keys and usage plans. Left out: there are none. */
  readonly ring?: KeyRing
  /** Where requests are counted. Left out: here. */
  readonly meters?: Meters
}

/** The gateway as a value. What it needs of other services it asks for per request, and does without where it can. */
export function createGateway(options: GatewayOptions): Server {
  const { mesh, logger, metrics, maxInFlight = 0, slowCallMs = 0, authorizers = [] } = options
  const { stages = stageTable(), sendCommand, isLoaded = () => true, roles, ring = emptyRing, meters = metersInMemory() } = options
  const shedding = loadShedding({ maxInFlight, slowCallMs, onlyWaits: isLongPoll, metrics })
  const ready = () => (isLoaded() ? { ready: true, waitingFor: [] } : { ready: false, waitingFor: ['what was published'] })
  const app = createServer({ logger, metrics, ready, loadShedding: shedding, rewriteUrl: rewriteForStage(stages) })
  giveStages(app, stages)
  const { undo, ...operations } = stageOperations(stages, sendCommand)
  watchReleases(app, { table: stages, undo, logger, metrics })
  securityHeaders(app)
  corsPerStage(app, ({ stage }) => stage.settings.cors)
  // Before anybody looks at who calls: a flood is to cost no signature.
  limitRequests(app, { ring, ...meters, metrics, throttlesOf, needsKey })
  authorizeRequests(app, { authorizers: [...authorizers, keyAuthorizer], roles })
  const shop = createShop(timedMeshClient(mesh, shedding.answered))
  const parts: Parts = {
    shop,
    owners: orderOwners(shop.orderNow),
    partialResponse: partialResponses(logger, metrics),
    inFlightLimit: temporaryLimit(shedding),
    stages: operations,
    office: keyOffice(ring, meters, sendCommand),
  }
  for (const version of versions) bindVersion(app, version, parts)
  serveDocuments(app, versions)
  servePages(app, versions)
  serveDevelopers(app)
  return app
}
