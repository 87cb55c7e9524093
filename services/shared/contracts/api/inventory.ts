import { type Static, Type } from 'typebox'
import { Sku } from '../values.ts'

/** inventory `GET /availability/{sku}` */
export const Availability = Type.Object({
  sku: Sku,
  available: Type.Integer({ minimum: 0 }),
  reserved: Type.Integer({ minimum: 0 }),
  sold: Type.Integer({ minimum: 0 }),
  received: Type.Integer({ minimum: 0 }),
})
export type Availability = Static<typeof Availability>

/** inventory `GET /availability?sku=A&sku=B`; without `sku` every SKU. */
export const AvailabilityList = Type.Object({
  items: Type.Array(Availability),
})
export type AvailabilityList = Static<typeof AvailabilityList>
