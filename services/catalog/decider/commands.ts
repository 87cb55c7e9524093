import { type Static, Type } from 'typebox'
import { Product } from '../../shared/contracts/api/catalog.ts'
import { Cents, Sku } from '../../shared/contracts/values.ts'

/** What catalog can be told, keyed by SKU. */
export const catalogCommands = {
  /** Listing a listed product again changes nothing, also when its price has changed since. */
  ListProduct: Product,
  ChangePrice: Type.Object({ sku: Sku, price: Cents }),
}

type Schemas = typeof catalogCommands
export type CatalogCommand = { [K in keyof Schemas]: { readonly type: K; readonly data: Static<Schemas[K]> } }[keyof Schemas]
