import { Type } from 'typebox'
import { Cents, CustomerId, OrderId, OrderSnapshot } from '../values.ts'

/** `payments.events`, keyed by customer id. */
export const paymentsEvents = {
  'payments.CreditLimitChanged': Type.Object({
    customerId: CustomerId,
    limit: Cents,
  }),
  'payments.PaymentAuthorized': Type.Object({
    customerId: CustomerId,
    amount: Cents,
    order: OrderSnapshot,
  }),
  'payments.PaymentDeclined': Type.Object({
    customerId: CustomerId,
    amount: Cents,
    creditLeft: Cents,
    order: OrderSnapshot,
  }),
  'payments.PaymentRefunded': Type.Object({
    customerId: CustomerId,
    amount: Cents,
    orderId: OrderId,
  }),
  /** The order ended before it was paid: remembered, so that a late authorisation charges nothing. */
  'payments.PaymentVoided': Type.Object({
    customerId: CustomerId,
    orderId: OrderId,
  }),
}
