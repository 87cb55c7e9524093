import type { Credit } from '../shared/contracts/api/payments.ts'
import { type AccountState, creditLeft, initial } from './decider/evolve.ts'

/** The customers' credit as it is now, in memory. */
export interface Accounts {
  update(customerId: string, state: AccountState): void
  get(customerId: string): Credit
}

/**
 * States → credit. Sums only; which order was answered what is the decider's business.
 * @param defaultCreditLimit cents, of a customer whose limit nobody has changed
 */
export function createAccounts(defaultCreditLimit: number): Accounts {
  const states = new Map<string, AccountState>()
  return {
    update: (customerId, state) => void states.set(customerId, state),
    get: (customerId) => {
      const { limit = defaultCreditLimit, used } = states.get(customerId) ?? initial
      return { customerId, limit, used, left: creditLeft(limit, used) }
    },
  }
}
