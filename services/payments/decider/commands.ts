import { Type } from 'typebox'
import { Cents, CustomerId, OrderId, OrderSnapshot } from '../../shared/contracts/values.ts'
import type { CommandOf } from '../../shared/runtime/event-sourcing/decider.ts'

/** What payments can be told, keyed by customer id. */
export const paymentsCommands = {
  ChangeCreditLimit: Type.Object({ customerId: CustomerId, limit: Cents }),
  AuthorizePayment: Type.Object({ order: OrderSnapshot }),
  /** The order has ended: give back what was authorised, and authorise nothing for it any more. */
  RefundPayment: Type.Object({ customerId: CustomerId, orderId: OrderId }),
}

export type PaymentsCommand = CommandOf<typeof paymentsCommands>
