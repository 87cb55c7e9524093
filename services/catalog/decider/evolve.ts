import { type Static, Type } from 'typebox'
import { Product } from '../../shared/contracts/api/catalog.ts'
import type { EventsOf } from '../../shared/contracts/events/events.ts'

export type CatalogEvent = EventsOf<'catalog'>

/** One product. */
export const ProductState = Type.Union([
  Type.Object({ status: Type.Literal('unlisted') }),
  Type.Object({ status: Type.Literal('listed'), product: Product }),
])
export type ProductState = Static<typeof ProductState>

export const initial: ProductState = { status: 'unlisted' }

/** State + event → state. */
export function evolve(state: ProductState, event: CatalogEvent): ProductState {
  switch (event.type) {
    case 'catalog.ProductListed':
      return { status: 'listed', product: event.data }
    case 'catalog.PriceChanged':
      if (state.status === 'unlisted') throw new Error(`${event.type} of a product that was never listed`)
      return { status: 'listed', product: { ...state.product, price: event.data.price } }
  }
}
