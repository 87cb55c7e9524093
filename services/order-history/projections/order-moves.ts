import type { EventTypeOf, OrderStatus } from '../../shared/contracts/index.ts'

/** The status that an order has from each event of its own on. `OrderLineReserved` moves its version only. */
export const statusAfter = {
  'orders.OrderPlaced': 'placed',
  'orders.OrderReserved': 'reserved',
  'orders.OrderPaid': 'paid',
  'orders.OrderConfirmed': 'confirmed',
  'orders.OrderShipped': 'shipped',
  'orders.OrderCancelled': 'cancelled',
} as const satisfies Record<Exclude<EventTypeOf<'orders'>, 'orders.OrderLineReserved'>, OrderStatus>

export type MovingType = keyof typeof statusAfter

export const isMove = (type: string): type is MovingType => Object.hasOwn(statusAfter, type)
