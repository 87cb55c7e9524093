import { type Static, Type } from 'typebox'
import { Cents, CustomerId } from '../values.ts'

/** payments `GET /customers/{id}/credit` */
export const Credit = Type.Object({
  customerId: CustomerId,
  limit: Cents,
  used: Cents,
  left: Cents,
})
export type Credit = Static<typeof Credit>
