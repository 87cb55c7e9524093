import type { Product } from '../shared/contracts/api/catalog.ts'
import type { ProductState } from './decider/evolve.ts'

/** The assortment as it is now, in memory. */
export interface Products {
  update(sku: string, state: ProductState): void
  /** In the order of their SKUs. */
  list(): readonly Product[]
  get(sku: string): Product | undefined
}

/** States → products. */
export function createProducts(): Products {
  const products = new Map<string, Product>()
  return {
    update: (sku, state) => {
      if (state.status === 'listed') products.set(sku, state.product)
    },
    list: () => [...products.values()].sort((a, b) => (a.sku < b.sku ? -1 : 1)),
    get: (sku) => products.get(sku),
  }
}
