import { type Static, Type } from 'typebox'
import type { WorkloadName } from './topology.ts'

/** The life of an order: each status follows the one before; cancelled may follow any before shipped. */
export const OrderStatus = Type.Union([
  Type.Literal('placed'),
  Type.Literal('reserved'),
  Type.Literal('paid'),
  Type.Literal('confirmed'),
  Type.Literal('shipped'),
  Type.Literal('cancelled'),
])
export type OrderStatus = Static<typeof OrderStatus>

/** Whose answer moves an order of this status on. A confirmed order waits for people, the others for nothing. */
export const awaitedServices = {
  placed: 'inventory',
  reserved: 'payments',
  paid: 'shipping',
} as const satisfies Partial<Record<OrderStatus, WorkloadName>>
