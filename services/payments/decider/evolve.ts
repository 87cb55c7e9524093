import { Map as ImmutableMap } from 'immutable'
import type { EventsOf } from '../../shared/contracts/events/events.ts'

export type PaymentsEvent = EventsOf<'payments'>

/** What one order was answered. Only `authorized` uses credit; the others are kept so that a late or repeated command charges nothing. */
export type Payment = { readonly status: 'authorized'; readonly amount: number } | { readonly status: 'declined' | 'refunded' | 'voided' }

/** The credit account of one customer, in cents. */
export interface AccountState {
  /** Left out until somebody changes it: the default is configuration and no fact. */
  readonly limit?: number
  /** Sum of the authorised payments. May exceed a limit that was lowered afterwards. */
  readonly used: number
  /** Order id → its answer. Immutable.js, because copying a JavaScript Map for each event is quadratic. */
  readonly payments: ImmutableMap<string, Payment>
}

/** An account that nobody has touched yet. */
export const initial: AccountState = { used: 0, payments: ImmutableMap() }

/** Cents that can still be authorised. */
export const creditLeft = (limit: number, used: number): number => Math.max(0, limit - used)

/** State + event → state. */
export function evolve(state: AccountState, event: PaymentsEvent): AccountState {
  switch (event.type) {
    case 'payments.CreditLimitChanged':
      return { ...state, limit: event.data.limit }
    case 'payments.PaymentAuthorized': {
      const { amount, order } = event.data
      return { ...state, used: state.used + amount, payments: state.payments.set(order.orderId, { status: 'authorized', amount }) }
    }
    case 'payments.PaymentDeclined':
      return { ...state, payments: state.payments.set(event.data.order.orderId, { status: 'declined' }) }
    case 'payments.PaymentRefunded': {
      const { amount, orderId } = event.data
      return { ...state, used: state.used - amount, payments: state.payments.set(orderId, { status: 'refunded' }) }
    }
    case 'payments.PaymentVoided':
      return { ...state, payments: state.payments.set(event.data.orderId, { status: 'voided' }) }
  }
}
