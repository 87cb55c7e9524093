import { Type } from 'typebox'
import { Cents, Sku } from '../values.ts'

/** `catalog.events`, keyed by SKU. */
export const catalogEvents = {
  'catalog.ProductListed': Type.Object({
    sku: Sku,
    name: Type.String(),
    description: Type.String(),
    price: Cents,
  }),
  'catalog.PriceChanged': Type.Object({
    sku: Sku,
    price: Cents,
    previous: Cents,
  }),
}
