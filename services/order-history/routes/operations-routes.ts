import { Type } from 'typebox'
import { Rebuild, RebuildRequest, RevenueByDay, RevenueQuery, StockView, StuckOrders, StuckQuery } from '../../shared/contracts/index.ts'
import type { Server } from '../../shared/runtime/http/server.ts'
import { type Projections, type Queries, refusingValues } from '../../shared/runtime/projections/index.ts'
import { orderHistoryProblem } from '../errors.ts'
import { listRevenue, viewStock } from '../projections/business-queries.ts'
import { listStuck } from '../projections/order-queries.ts'

/** For those who run the shop. Rebuilds are no business of the gateway: whoever asks for one is inside. */
export function serveOperations(app: Server, database: Queries, rebuilds: Projections['rebuilds'], clock: () => Date): void {
  const queries = refusingValues(database)

  app.get('/operations/stuck', { schema: { querystring: StuckQuery, response: { 200: StuckOrders } } }, ({ query }) =>
    listStuck(query, clock(), queries),
  )

  app.get('/operations/stock', { schema: { response: { 200: StockView } } }, () => viewStock(queries))

  app.get('/operations/revenue', { schema: { querystring: RevenueQuery, response: { 200: RevenueByDay } } }, ({ query }) => {
    const { from, to } = query
    if (from !== undefined && to !== undefined && from > to) throw orderHistoryProblem('PERIOD_INVALID', `${from} is later than ${to}.`)
    return listRevenue(query, queries)
  })

  const rebuildOf = async (id: number | undefined): Promise<Rebuild> => {
    const state = id === undefined ? undefined : await rebuilds.state(id)
    if (!state) throw orderHistoryProblem('REBUILD_UNKNOWN', `There is no rebuild ${id}.`)
    return state
  }

  app.post(
    '/operations/rebuilds',
    { schema: { body: RebuildRequest, response: { 202: Rebuild } } },
    async ({ body: { projection, keep = false } }, reply) => {
      const state = await rebuildOf(await rebuilds.request(projection, keep))
      return reply.code(202).header('location', `/operations/rebuilds/${state.id}`).send(state)
    },
  )

  const RebuildPath = Type.Object({ id: Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 }) })
  app.get('/operations/rebuilds/:id', { schema: { params: RebuildPath, response: { 200: Rebuild } } }, ({ params: { id } }) =>
    rebuildOf(id),
  )
}
