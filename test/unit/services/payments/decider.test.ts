import { test } from 'vitest'
import { paymentsDecider } from '../../../../services/payments/decider/decider.ts'
import { specify } from '../../given-when-then.ts'
import { orderSnapshot } from '../../order-snapshots.ts'

const given = specify(paymentsDecider(50_00))
const order = orderSnapshot('1', ['2 MUG'])
const { orderId, customerId, total } = order
const dear = orderSnapshot('2', ['4 MUG'])

const limited = (limit: number) => ({ type: 'payments.CreditLimitChanged', data: { customerId, limit } }) as const
const authorized = { type: 'payments.PaymentAuthorized', data: { customerId, amount: total, order } } as const
const declined = { type: 'payments.PaymentDeclined', data: { customerId, amount: dear.total, creditLeft: 3000, order: dear } } as const
const refunded = { type: 'payments.PaymentRefunded', data: { customerId, amount: total, orderId } } as const
const voided = { type: 'payments.PaymentVoided', data: { customerId, orderId } } as const

const authorize = { type: 'AuthorizePayment', data: { order } } as const
const refund = { type: 'RefundPayment', data: { customerId, orderId } } as const

test('a payment within the default limit is authorised', () => given().when(authorize).thenEvents(authorized))
test('a payment may use the limit up', () => given(limited(total)).when(authorize).thenEvents(authorized))
test('a payment beyond what is left is declined', () => {
  given(authorized)
    .when({ type: 'AuthorizePayment', data: { order: dear } })
    .thenEvents(declined)
})
test('a limit lowered below what is used leaves nothing', () => {
  given(authorized, limited(1))
    .when({ type: 'AuthorizePayment', data: { order: dear } })
    .thenEvents({ ...declined, data: { ...declined.data, creditLeft: 0 } })
})
test('a refund gives the credit back', () => {
  const { total: amount } = dear
  given(authorized, refunded)
    .when({ type: 'AuthorizePayment', data: { order: dear } })
    .thenEvents({ type: 'payments.PaymentAuthorized', data: { customerId, amount, order: dear } })
})

test('an order is answered once', () => {
  given(authorized).when(authorize).thenEvents()
  given(authorized, refunded).when(authorize).thenEvents()
  given(voided).when(authorize).thenEvents()
  given(authorized, declined, limited(1_000_00))
    .when({ type: 'AuthorizePayment', data: { order: dear } })
    .thenEvents()
})

test('an authorised payment is refunded, once', () => {
  given(authorized).when(refund).thenEvents(refunded)
  given(authorized, refunded).when(refund).thenEvents()
})
test('an order that ends before it is paid is remembered', () => {
  given().when(refund).thenEvents(voided)
  given(voided).when(refund).thenEvents()
})
test('a declined payment needs no refund', () => {
  given(authorized, declined)
    .when({ type: 'RefundPayment', data: { customerId, orderId: dear.orderId } })
    .thenEvents()
})

test('a limit is changed when it is another', () => {
  given()
    .when({ type: 'ChangeCreditLimit', data: { customerId, limit: 1 } })
    .thenEvents(limited(1))
  given()
    .when({ type: 'ChangeCreditLimit', data: { customerId, limit: 50_00 } })
    .thenEvents()
})
