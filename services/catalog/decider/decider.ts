import { type Decider, identityCodec } from '../../shared/runtime/event-sourcing/decider.ts'
import type { CatalogErrorCode } from '../errors.ts'
import type { CatalogCommand } from './commands.ts'
import { decide } from './decide.ts'
import { type CatalogEvent, evolve, initial, ProductState } from './evolve.ts'

/** The rules of one product, keyed by SKU. */
export const catalogDecider: Decider<ProductState, CatalogCommand, CatalogEvent, CatalogErrorCode> = {
  initial,
  decide,
  evolve,
  snapshot: identityCodec(ProductState, 2),
}
