import type { Credit } from '../shared/contracts/api/payments.ts'
import { creditLeft, type PaymentsEvent } from './decider/evolve.ts'

/** The customers' credit as it is now, in memory. */
export interface Accounts {
  project(event: PaymentsEvent): void
  get(customerId: string): Credit
}

/**
 * Events → credit. Sums only; which order was answered what is the decider's business.
 * @param defaultCreditLimit cents, of a customer whose limit nobody has changed
 */
export function createAccounts(defaultCreditLimit: number): Accounts {
  const accounts = new Map<string, { readonly limit: number; readonly used: number }>()
  const account = (customerId: string) => accounts.get(customerId) ?? { limit: defaultCreditLimit, used: 0 }
  return {
    project({ type, data }) {
      const { limit, used } = account(data.customerId)
      switch (type) {
        case 'payments.CreditLimitChanged':
          accounts.set(data.customerId, { limit: data.limit, used })
          return
        case 'payments.PaymentAuthorized':
          accounts.set(data.customerId, { limit, used: used + data.amount })
          return
        case 'payments.PaymentRefunded':
          accounts.set(data.customerId, { limit, used: used - data.amount })
          return
        case 'payments.PaymentDeclined':
        case 'payments.PaymentVoided':
          return
      }
    },
    get(customerId) {
      const { limit, used } = account(customerId)
      return { customerId, limit, used, left: creditLeft(limit, used) }
    },
  }
}
