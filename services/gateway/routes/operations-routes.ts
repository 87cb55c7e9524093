import { RevenueByDay, RevenueQuery, StockView, StuckOrders, StuckQuery } from '../../shared/contracts/index.ts'
import type { Server } from '../../shared/runtime/http/server.ts'
import type { Shop } from '../clients.ts'

/** For those who run the shop: what is stuck, where the pieces are, what was earned. */
export function operationsRoutes(app: Server, shop: Shop): void {
  app.get('/v1/operations/stuck', { schema: { querystring: StuckQuery, response: { 200: StuckOrders } } }, ({ query }) => shop.stuck(query))

  app.get('/v1/operations/stock', { schema: { response: { 200: StockView } } }, () => shop.stock())

  app.get('/v1/operations/revenue', { schema: { querystring: RevenueQuery, response: { 200: RevenueByDay } } }, ({ query }) =>
    shop.revenue(query),
  )
}
