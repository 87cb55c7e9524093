import { type Static, Type } from 'typebox'
import { Product, Quote, Sku } from '../../shared/contracts/index.ts'
import { commonProblem } from '../../shared/runtime/http/problem.ts'
import type { Parts } from '../api/api-route.ts'

const InStock = Type.Object({ available: Type.Integer({ minimum: 0 }) })
const Degraded = Type.Array(Type.String(), { description: 'parts that are left out because their service is unavailable' })

export const ProductListPage = Type.Object({
  products: Type.Array(Type.Object({ ...Product.properties, availability: Type.Optional(InStock) })),
  degraded: Degraded,
})

/** Part `price` is what catalog knows: name, description and price. */
export const ProductPage = Type.Object({
  sku: Sku,
  ...Type.Partial(Type.Omit(Product, ['sku'])).properties,
  availability: Type.Optional(InStock),
  quote: Type.Optional(Type.Pick(Quote, ['price', 'days'])),
  degraded: Degraded,
})

/** Pages for someone who shops. They come without the parts that are unavailable rather than not at all. */
export async function productList({ shop, partialResponse }: Parts): Promise<Static<typeof ProductListPage>> {
  const { optional, degraded } = partialResponse()
  const [{ products }, stock] = await Promise.all([shop.products(), optional('availability', shop.availabilities(), { refusable: true })])
  const available = new Map(stock?.items.map((item) => [item.sku, item.available]))
  return {
    products: products.map((product) => ({ ...product, ...(stock && { availability: { available: available.get(product.sku) ?? 0 } }) })),
    degraded: degraded(),
  }
}

export async function productPage(sku: string, { shop, partialResponse }: Parts): Promise<Static<typeof ProductPage>> {
  const { optional, degraded } = partialResponse()
  const [product, stock, quote] = await Promise.all([
    // Catalog alone decides whether the product exists: its refusal is the answer.
    optional('price', shop.product(sku)),
    optional('availability', shop.availability(sku), { refusable: true }),
    optional('quote', shop.quote(sku), { refusable: true }),
  ])
  if (!product && !stock && !quote) throw commonProblem('UPSTREAM_UNAVAILABLE')
  return {
    sku,
    ...product,
    ...(stock && { availability: { available: stock.available } }),
    ...(quote && { quote: { price: quote.price, days: quote.days } }),
    degraded: degraded(),
  }
}
