import { type Decision, refuse } from '../../shared/runtime/event-sourcing/decider.ts'
import type { CatalogErrorCode } from '../errors.ts'
import type { CatalogCommand } from './commands.ts'
import type { CatalogEvent, ProductState } from './evolve.ts'

/** Command + state → events, or a refusal. */
export function decide(command: CatalogCommand, state: ProductState): Decision<CatalogEvent, CatalogErrorCode> {
  switch (command.type) {
    case 'ListProduct':
      return state.status === 'listed' ? [] : [{ type: 'catalog.ProductListed', data: command.data }]
    case 'ChangePrice': {
      const { sku, price } = command.data
      if (state.status === 'unlisted') return refuse('PRODUCT_UNKNOWN', `There is no product ${sku}.`)
      const { price: previous } = state.product
      return price === previous ? [] : [{ type: 'catalog.PriceChanged', data: { sku, price, previous } }]
    }
  }
}
