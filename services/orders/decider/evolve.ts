import type { EventsOf } from '../../shared/contracts/events/events.ts'
import type { OrderSlip } from '../../shared/contracts/values.ts'

export type OrdersEvent = EventsOf<'orders'>

interface Placed {
  readonly order: OrderSlip
  readonly requestHash: string
}

/** The life of one order. */
export type OrderState =
  | { readonly status: 'unplaced' }
  | (Placed & { readonly status: 'placed'; readonly reservedSkus: readonly string[] })
  | (Placed & { readonly status: 'reserved' | 'paid' | 'confirmed' | 'shipped' | 'cancelled' })

export const initial: OrderState = { status: 'unplaced' }

/** State + event → state. */
export function evolve(state: OrderState, event: OrdersEvent): OrderState {
  if (event.type === 'orders.OrderPlaced') return { status: 'placed', ...event.data, reservedSkus: [] }
  if (state.status === 'unplaced') throw new Error(`${event.type} of an order that was never placed`)
  const { order, requestHash } = state
  switch (event.type) {
    case 'orders.OrderLineReserved':
      return state.status === 'placed' ? { ...state, reservedSkus: [...state.reservedSkus, event.data.sku] } : state
    case 'orders.OrderReserved':
      return { status: 'reserved', order, requestHash }
    case 'orders.OrderPaid':
      return { status: 'paid', order, requestHash }
    case 'orders.OrderConfirmed':
      return { status: 'confirmed', order, requestHash }
    case 'orders.OrderShipped':
      return { status: 'shipped', order, requestHash }
    case 'orders.OrderCancelled':
      return { status: 'cancelled', order, requestHash }
  }
}
