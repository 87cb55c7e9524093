import { Type } from 'typebox'
import { Product, ProductList } from '../shared/contracts/api/catalog.ts'
import { Cents, Sku } from '../shared/contracts/values.ts'
import { problems } from '../shared/runtime/http/problem.ts'
import type { SendCommand } from '../shared/runtime/http/send-command.ts'
import type { Server } from '../shared/runtime/http/server.ts'
import type { CatalogCommand } from './decider/commands.ts'
import type { CatalogEvent } from './decider/evolve.ts'
import { catalogErrors } from './errors.ts'
import type { Products } from './projections.ts'

const problem = problems(catalogErrors)

/** Products and prices over HTTP. */
export function serveProducts(app: Server, products: Products, sendCommand: SendCommand<CatalogCommand, CatalogEvent>): void {
  app.get('/products', { schema: { response: { 200: ProductList } } }, () => ({ products: [...products.list()] }))

  app.get(
    '/products/:sku',
    { schema: { params: Type.Object({ sku: Type.String() }), response: { 200: Product } } },
    ({ params: { sku } }) => {
      const product = products.get(sku)
      if (!product) throw problem('PRODUCT_UNKNOWN', `There is no product ${sku}.`)
      return product
    },
  )

  const newPrice = { params: Type.Object({ sku: Sku }), body: Type.Object({ price: Cents }, { additionalProperties: false }) }
  app.put('/products/:sku/price', { schema: newPrice }, async ({ params: { sku }, body: { price } }, reply) => {
    const { status } = await sendCommand({ aggregateId: sku, command: { type: 'ChangePrice', data: { sku, price } } })
    return reply.code(status === 'pending' ? 202 : 204).send()
  })
}
