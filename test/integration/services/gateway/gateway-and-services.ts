import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { unauthenticated } from '../../../../services/gateway/access/access-problems.ts'
import type { Authorizer } from '../../../../services/gateway/access/authorizer.ts'
import { createGateway } from '../../../../services/gateway/app.ts'
import { stageTable } from '../../../../services/gateway/stages/stage-table.ts'
import { startGatewayState } from '../../../../services/gateway/state/gateway-state.ts'
import { projections } from '../../../../services/order-history/projections/projections.ts'
import { serveOperations } from '../../../../services/order-history/routes/operations-routes.ts'
import { serveOrders } from '../../../../services/order-history/routes/order-routes.ts'
import { type Scope, scopes } from '../../../../services/shared/contracts/scopes.ts'
import { createMeshClient } from '../../../../services/shared/runtime/http/mesh-client.ts'
import { createServer, type Server } from '../../../../services/shared/runtime/http/server.ts'
import { ensureTables, openDatabase } from '../../../../services/shared/runtime/projections/index.ts'
import { inMemoryEventLog } from '../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { newPglite } from '../../../new-pglite.ts'
import { serviceInMemory } from '../../../unit/service-in-memory.ts'
import { writeSide } from '../../../unit/services/write-side.ts'

/** With this token a caller may do everything, with another nothing. */
export const token = 'of-the-tests'
const tokens: Authorizer = {
  name: 'tests',
  challenge: 'Bearer',
  authenticate({ headers: { authorization } }) {
    if (authorization === undefined) return undefined
    if (authorization !== `Bearer ${token}`) throw unauthenticated('This is no token.', ['Bearer'])
    return { kind: 'client', id: 'tests', scopes: new Set(Object.keys(scopes) as Scope[]) }
  },
}

/** The gateway over real HTTP to the services' real routes and rules, and order-history on a database; nobody listens for the gateway yet. */
export async function gatewayAndServices() {
  const logger = pino({ level: 'silent' })
  const pglite = await newPglite()
  const database = await openDatabase(pglite.url, logger)
  await ensureTables(projections, database)
  const orderHistory = createServer({ logger, ready: () => ({ ready: true, waitingFor: [] }) })
  // Nothing changes here, so nobody is kept waiting.
  serveOrders(orderHistory, database, { untilFound: (_key, look) => look() }, () => new Date())
  serveOperations(orderHistory, database, { request: async () => undefined, state: async () => undefined }, () => new Date())

  const mug = { sku: 'MUG-BLUE', name: 'Harbour mug', description: 'Stoneware.', price: 1450 }
  const catalog = serviceInMemory(writeSide.catalog.service, ['MUG-BLUE', { type: 'catalog.ProductListed', data: mug }])
  const apps: Readonly<Record<string, Server>> = {
    catalog: catalog.app,
    inventory: serviceInMemory(writeSide.inventory.service).app,
    shipping: serviceInMemory(writeSide.shipping.service).app,
    orders: serviceInMemory(writeSide.orders.service).app,
    'order-history': orderHistory,
  }
  await Promise.all(Object.values(apps).map((app) => app.ready()))
  /** What services answered with a 5xx, and to what. */
  const failures: string[] = []
  const passOn = (request: IncomingMessage, response: ServerResponse): void => {
    const { host = '' } = request.headers
    response.on('finish', () => {
      if (response.statusCode >= 500) failures.push(`${host}: ${response.statusCode} to ${request.method} ${request.url}`)
    })
    apps[host]?.routing(request, response)
  }
  const services = createHttpServer(passOn).listen(0, '127.0.0.1')
  await new Promise((resolve) => services.once('listening', resolve))
  const mesh = createMeshClient({ outbound: `127.0.0.1:${(services.address() as AddressInfo).port}`, defaultTimeoutMs: 5000 })
  const stages = stageTable()
  const state = await startGatewayState({ eventLog: inMemoryEventLog(), views: [stages.update], logger })
  const gateway = createGateway({ mesh, logger, authorizers: [tokens], stages, sendCommand: state.sendCommand })
  const close = async () => {
    await gateway.close()
    await state.stop()
    await mesh.close()
    services.closeAllConnections()
    services.close()
    await database.close()
    await pglite.remove()
  }
  return { gateway, failures, close }
}
