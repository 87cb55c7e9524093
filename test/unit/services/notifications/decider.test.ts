import { expect, test } from 'vitest'
import { notificationsDecider } from '../../../../services/notifications/decider/decider.ts'
import { reactions } from '../../../../services/notifications/reactions.ts'
import { specify } from '../../given-when-then.ts'
import { orderId, orderSnapshot, respondBy } from '../../order-snapshots.ts'

const given = specify(notificationsDecider)
const data = { orderId: orderId('1'), customerId: 'ada', kind: 'order-received', text: 'We have it.' } as const
const sent = { type: 'notifications.NotificationSent', data } as const

test('a customer is told', () => given().when({ type: 'NotifyCustomer', data }).thenEvents(sent))
test('each kind once for an order, in whatever words', () => {
  given(sent)
    .when({ type: 'NotifyCustomer', data: { ...data, text: 'Again.' } })
    .thenEvents()
})
test('another kind is other news', () => {
  const shipped = { ...data, kind: 'order-shipped' } as const
  given(sent).when({ type: 'NotifyCustomer', data: shipped }).thenEvents({ type: 'notifications.NotificationSent', data: shipped })
})

test('the words name the order, the money and the reason', () => {
  const order = orderSnapshot('1', ['2 MUG'])
  const texts = [
    ...reactions['orders.OrderPlaced']({ order, requestHash: 'h', respondBy }),
    ...reactions['orders.OrderCancelled']({ order, reason: 'out-of-stock', detail: '' }),
    ...reactions['payments.PaymentRefunded']({ customerId: 'ada', amount: 2050, orderId: order.orderId }),
  ].map(({ command }) => command.data.text)
  expect(texts).toEqual([
    `We have your order ${order.orderId} over 20.00 €.`,
    `Your order ${order.orderId} was cancelled because something in it is out of stock.`,
    `We gave you back 20.50 € for your order ${order.orderId}.`,
  ])
})
