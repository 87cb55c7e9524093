import { type Static, Type } from 'typebox'
import { Cents, Sku } from '../values.ts'

export const Product = Type.Object({
  sku: Sku,
  name: Type.String(),
  description: Type.String(),
  price: Cents,
})
export type Product = Static<typeof Product>

/** catalog `GET /products` */
export const ProductList = Type.Object({ products: Type.Array(Product) })
export type ProductList = Static<typeof ProductList>
