import { Map as ImmutableMap } from 'immutable'
import type { EventsOf } from '../../shared/contracts/events/events.ts'

export type InventoryEvent = EventsOf<'inventory'>

/** What one order was answered. `refused`, `released` and `voided` hold nothing; they are kept so that a late or repeated command takes nothing. */
export type Holding =
  | { readonly status: 'reserved' | 'sold'; readonly quantity: number }
  | { readonly status: 'refused' | 'released' | 'voided' }

/** The stock of one SKU. Always `received = available + reserved + sold`. */
export interface StockState {
  readonly received: number
  readonly available: number
  readonly reserved: number
  readonly sold: number
  /** Receipt id → quantity. */
  readonly receipts: ImmutableMap<string, number>
  /** Order id → its answer. Immutable.js, because copying a JavaScript Map for each event is quadratic. */
  readonly holdings: ImmutableMap<string, Holding>
}

export const initial: StockState = { received: 0, available: 0, reserved: 0, sold: 0, receipts: ImmutableMap(), holdings: ImmutableMap() }

/** State + event → state. */
export function evolve(state: StockState, event: InventoryEvent): StockState {
  switch (event.type) {
    case 'inventory.StockReceived': {
      const { quantity, receiptId } = event.data
      return {
        ...state,
        received: state.received + quantity,
        available: state.available + quantity,
        receipts: state.receipts.set(receiptId, quantity),
      }
    }
    case 'inventory.StockReserved': {
      const { quantity, order } = event.data
      const holdings = state.holdings.set(order.orderId, { status: 'reserved', quantity })
      return { ...state, available: state.available - quantity, reserved: state.reserved + quantity, holdings }
    }
    case 'inventory.StockReservationRefused':
      return { ...state, holdings: state.holdings.set(event.data.order.orderId, { status: 'refused' }) }
    case 'inventory.StockSold': {
      const { quantity, orderId } = event.data
      const holdings = state.holdings.set(orderId, { status: 'sold', quantity })
      return { ...state, reserved: state.reserved - quantity, sold: state.sold + quantity, holdings }
    }
    case 'inventory.StockReleased': {
      const { quantity, orderId, from } = event.data
      const holdings = state.holdings.set(orderId, { status: 'released' })
      return { ...state, available: state.available + quantity, [from]: state[from] - quantity, holdings }
    }
    case 'inventory.ReservationVoided':
      return { ...state, holdings: state.holdings.set(event.data.orderId, { status: 'voided' }) }
  }
}
