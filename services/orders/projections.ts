import type { OrderState } from './decider/evolve.ts'

/** Whose order is whose, in memory. */
export interface Placed {
  update(orderId: string, state: OrderState): void
  /** Undefined for an order that was never placed. */
  customerOf(orderId: string): string | undefined
}

/** States → the customer of each order. */
export function createPlaced(): Placed {
  const customers = new Map<string, string>()
  return {
    update: (orderId, state) => {
      if (state.status !== 'unplaced') customers.set(orderId, state.order.customerId)
    },
    customerOf: (orderId) => customers.get(orderId),
  }
}
