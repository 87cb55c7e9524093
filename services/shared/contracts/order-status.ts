import { type Static, Type } from 'typebox'
import type { EventTypeOf } from './events/events.ts'
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

/** The status that each event of an order gives it. `OrderLineReserved` changes the version only. */
export const statusAfter = {
  'orders.OrderPlaced': 'placed',
  'orders.OrderReserved': 'reserved',
  'orders.OrderPaid': 'paid',
  'orders.OrderConfirmed': 'confirmed',
  'orders.OrderShipped': 'shipped',
  'orders.OrderCancelled': 'cancelled',
} as const satisfies Record<Exclude<EventTypeOf<'orders'>, 'orders.OrderLineReserved'>, OrderStatus>

/** Wire names of the events that change an order's status. */
export type StatusEventType = keyof typeof statusAfter

export const changesStatus = (type: string): type is StatusEventType => Object.hasOwn(statusAfter, type)

/** Whose answer moves an order of this status on. A confirmed order waits for people, the others for nothing. */
export const awaitedServices = {
  placed: 'inventory',
  reserved: 'payments',
  paid: 'shipping',
} as const satisfies Partial<Record<OrderStatus, WorkloadName>>
