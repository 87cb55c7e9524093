import type { Product } from '../shared/contracts/api/catalog.ts'
import type { CatalogEvent } from './decider/evolve.ts'

/** The assortment as it is now, in memory. */
export interface Products {
  project(event: CatalogEvent): void
  /** In the order of their SKUs. */
  list(): readonly Product[]
  get(sku: string): Product | undefined
}

/** Events → products. */
export function createProducts(): Products {
  const products = new Map<string, Product>()
  return {
    project({ type, data }) {
      switch (type) {
        case 'catalog.ProductListed':
          products.set(data.sku, data)
          return
        case 'catalog.PriceChanged': {
          const product = products.get(data.sku)
          if (product) products.set(data.sku, { ...product, price: data.price })
          return
        }
      }
    },
    list: () => [...products.values()].sort((a, b) => (a.sku < b.sku ? -1 : 1)),
    get: (sku) => products.get(sku),
  }
}
