import { type Static, Type } from 'typebox'
import type { EventsOf } from '../../shared/contracts/events/events.ts'
import { ordersEvents } from '../../shared/contracts/events/orders.ts'
import { OrderStatus, statusAfter } from '../../shared/contracts/order-status.ts'
import { Sku } from '../../shared/contracts/values.ts'

export type OrdersEvent = EventsOf<'orders'>

const placed = ordersEvents['orders.OrderPlaced'].properties

/** The life of one order. */
export const OrderState = Type.Union([
  Type.Object({ status: Type.Literal('unplaced') }),
  Type.Object({ ...placed, status: Type.Literal('placed'), reservedSkus: Type.Array(Sku) }),
  Type.Object({ ...placed, status: Type.Exclude(OrderStatus, Type.Literal('placed')) }),
])
export type OrderState = Static<typeof OrderState>

export const initial: OrderState = { status: 'unplaced' }

/** State + event → state. */
export function evolve(state: OrderState, event: OrdersEvent): OrderState {
  if (event.type === 'orders.OrderPlaced') return { status: statusAfter[event.type], ...event.data, reservedSkus: [] }
  if (state.status === 'unplaced') throw new Error(`${event.type} of an order that was never placed`)
  if (event.type === 'orders.OrderLineReserved')
    return state.status === 'placed' ? { ...state, reservedSkus: [...state.reservedSkus, event.data.sku] } : state
  const { order, requestHash, respondBy } = state
  return { status: statusAfter[event.type], order, requestHash, respondBy }
}
