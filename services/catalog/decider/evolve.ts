import { type Static, Type } from 'typebox'
import type { EventsOf } from '../../shared/contracts/events/events.ts'
import { Cents } from '../../shared/contracts/values.ts'

export type CatalogEvent = EventsOf<'catalog'>

/** One product. */
export const ProductState = Type.Union([
  Type.Object({ status: Type.Literal('unlisted') }),
  Type.Object({ status: Type.Literal('listed'), price: Cents }),
])
export type ProductState = Static<typeof ProductState>

export const initial: ProductState = { status: 'unlisted' }

/** State + event → state. */
export function evolve(_state: ProductState, event: CatalogEvent): ProductState {
  switch (event.type) {
    case 'catalog.ProductListed':
    case 'catalog.PriceChanged':
      return { status: 'listed', price: event.data.price }
  }
}
