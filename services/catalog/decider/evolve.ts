import type { EventsOf } from '../../shared/contracts/events/events.ts'

export type CatalogEvent = EventsOf<'catalog'>

/** One product. */
export type ProductState = { readonly status: 'unlisted' } | { readonly status: 'listed'; readonly price: number }

export const initial: ProductState = { status: 'unlisted' }

/** State + event → state. */
export function evolve(_state: ProductState, event: CatalogEvent): ProductState {
  switch (event.type) {
    case 'catalog.ProductListed':
    case 'catalog.PriceChanged':
      return { status: 'listed', price: event.data.price }
  }
}
