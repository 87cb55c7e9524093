import { Type } from 'typebox'
import { Product } from '../../shared/contracts/api/catalog.ts'
import { Cents, Sku } from '../../shared/contracts/values.ts'
import type { CommandOf } from '../../shared/runtime/event-sourcing/decider.ts'

/** What catalog can be told, keyed by SKU. */
export const catalogCommands = {
  /** Listing a listed product again changes nothing, also when its price has changed since. */
  ListProduct: Product,
  ChangePrice: Type.Object({ sku: Sku, price: Cents }),
}

export type CatalogCommand = CommandOf<typeof catalogCommands>
