import type { Decision } from '../../shared/runtime/event-sourcing/decider.ts'
import type { PaymentsErrorCode } from '../errors.ts'
import type { PaymentsCommand } from './commands.ts'
import { type AccountState, creditLeft, type PaymentsEvent } from './evolve.ts'

type DecisionOf<Type extends PaymentsCommand['type']> = (
  data: Extract<PaymentsCommand, { type: Type }>['data'],
  state: AccountState,
  limit: number,
) => Decision<PaymentsEvent, PaymentsErrorCode>

/**
 * Command + state → events. An order is answered once; whatever comes later for it must not charge again.
 * @param limit cents, the account's own or the default
 */
export function decide(command: PaymentsCommand, state: AccountState, limit: number): Decision<PaymentsEvent, PaymentsErrorCode> {
  switch (command.type) {
    case 'ChangeCreditLimit':
      return command.data.limit === limit ? [] : [{ type: 'payments.CreditLimitChanged', data: command.data }]
    case 'AuthorizePayment':
      return authorize(command.data, state, limit)
    case 'RefundPayment':
      return refund(command.data, state, limit)
  }
}

const authorize: DecisionOf<'AuthorizePayment'> = ({ order }, state, limit) => {
  if (state.payments.has(order.orderId)) return []
  const { customerId, total: amount } = order
  const left = creditLeft(limit, state.used)
  return amount <= left
    ? [{ type: 'payments.PaymentAuthorized', data: { customerId, amount, order } }]
    : [{ type: 'payments.PaymentDeclined', data: { customerId, amount, creditLeft: left, order } }]
}

const refund: DecisionOf<'RefundPayment'> = ({ customerId, orderId }, { payments }) => {
  const payment = payments.get(orderId)
  switch (payment?.status) {
    case undefined:
      return [{ type: 'payments.PaymentVoided', data: { customerId, orderId } }]
    case 'authorized':
      return [{ type: 'payments.PaymentRefunded', data: { customerId, amount: payment.amount, orderId } }]
    case 'declined':
    case 'refunded':
    case 'voided':
      return []
  }
}
