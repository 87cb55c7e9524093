import { expect, test } from 'vitest'
import { allPassed } from '../../../../../../scripts/checks/check.ts'
import { failedAsItMust } from '../../../../../../scripts/experiments/core/judge.ts'
import { story } from '../../../../../../scripts/experiments/shop/kafka-broker-restart/story.ts'
import { type Config, type Observed, verdict } from '../../../../../../scripts/experiments/shop/kafka-broker-restart/verdict.ts'
import { kafkaBrokerRestart } from '../../../../../../scripts/experiments/shop/kafka-broker-restart.ts'
import type { Attempt } from '../../../../../../scripts/experiments/shop/sagas/send-order.ts'
import { orderStream } from '../../../../../../scripts/synthetic-orders/order-stream.ts'
import { confirmed, sagaOf } from '../sagas/saga-of.ts'

const config: Config = { orders: 3, perSecond: 15, deadMs: 2_000, sendAgain: true }
const orders = [...orderStream({ seed: 'run', count: 3, customers: 3 })]
const attempt = (n: number, parts: Partial<Attempt>): Attempt => {
  const order = orders[n]
  if (order === undefined) throw new Error(`no order ${n}`)
  return { order, sentAt: 1_000, endedAt: 1_040, ...parts }
}
const saga = (n: number, orderId = `ord_${n}`) => confirmed({ orderId, customerId: `load-run-${n}` })
const refusal = { status: 503, code: 'UPSTREAM_UNAVAILABLE', retryAfter: '1' }
const good: Observed = {
  startedAt: 0,
  attempts: [attempt(0, { status: 202, orderId: 'ord_0' }), attempt(1, refusal), attempt(2, refusal)],
  acceptedAgain: ['ord_1', 'ord_2'],
  acceptingMs: 4_000,
  // Refused, and written all the same: once.
  before: [saga(0), saga(2)],
  after: [saga(0), saga(1), saga(2)],
}
const failing = (over: Partial<Observed>) =>
  verdict(config, { ...good, ...over })
    .filter(({ passed }) => !passed)
    .map(({ name }) => name)
const [accepted = attempt(0, {})] = good.attempts

test('accepted orders are there, refused ones become one order each when they are sent again', () => {
  expect(allPassed(verdict(config, good))).toBe(true)
  const { summary, traffic } = story(config, good)
  expect(summary).toBe(
    "While the broker was killed and started again, 1 of 3 orders were accepted and 2 refused; sent again they were accepted 4.0 s after the broker's start. In the end 3 orders were confirmed.",
  )
  expect(traffic).toMatchObject([{ caller: 'customers', bins: [{ atMs: 1_000, sent: 3, ok: 1, refused: 2, failed: 0 }] }])
})

test.each<[string, Partial<Observed>, readonly string[]]>([
  [
    'nobody was refused: the broker was not dead',
    { attempts: orders.map((_, n) => attempt(n, { status: 202, orderId: `ord_${n}` })) },
    ['orders refused while the broker was dead'],
  ],
  [
    'an answer is an error',
    { attempts: [accepted, attempt(1, refusal), attempt(2, { status: 500 })] },
    ['answers that were neither an acceptance nor a clear 503'],
  ],
  [
    'nobody answers',
    { attempts: [accepted, attempt(1, refusal), attempt(2, {})] },
    ['answers that were neither an acceptance nor a clear 503'],
  ],
  [
    'a refusal does not say when to come again',
    { attempts: [accepted, attempt(1, refusal), attempt(2, { status: 503, code: 'UPSTREAM_UNAVAILABLE' })] },
    ['answers that were neither an acceptance nor a clear 503'],
  ],
  ['no order is accepted again', { acceptingMs: undefined }, ['ms from the start of the broker until orders were accepted again']],
  ['that takes too long', { acceptingMs: 90_001 }, ['ms from the start of the broker until orders were accepted again']],
  [
    'an accepted order is lost',
    { after: [saga(1), saga(2)] },
    ['accepted orders that are not in the log', 'customers with an order in the end'],
  ],
  [
    'an order that was accepted later is lost',
    { after: [saga(0), saga(2)] },
    ['accepted orders that are not in the log', 'customers with an order in the end'],
  ],
  [
    'a refused order was written twice',
    { before: [saga(2), saga(2, 'ord_9')], after: [saga(0), saga(1), saga(2), saga(2, 'ord_9')] },
    ['refused orders that were written more than once', 'customers with more than one order'],
  ],
  ['sending again made another order', { after: [...good.after, saga(2, 'ord_9')] }, ['customers with more than one order']],
  [
    'an order does not complete',
    { after: [saga(0), saga(1), sagaOf({ orderId: 'ord_2', customerId: 'load-run-2' })] },
    ['orders in the log that are not confirmed', 'orders charged more or less than once'],
  ],
  ['an order is charged twice', { after: [saga(0), saga(1), { ...saga(2), charges: 2 }] }, ['orders charged more or less than once']],
])('it fails when %s', (_, over, names) => {
  expect(failing(over)).toEqual(names)
})

const { negativeControl } = kafkaBrokerRestart
const ofControl: Observed = { ...good, acceptedAgain: [], acceptingMs: undefined, after: [saga(0), saga(2)] }

test('orders that are not sent again are missing, and the control sees it', () => {
  expect(negativeControl.without?.(config)).toEqual({ ...config, sendAgain: false })
  expect(failedAsItMust(verdict(config, ofControl), negativeControl)).toBe(true)
  expect(story({ ...config, sendAgain: false }, ofControl).summary).toContain(
    'nobody sent again, and 1 of them had been written all the same',
  )
})

test.each<[string, Partial<Observed>]>([
  ['none is missing', { after: good.after }],
  ['nobody was refused', { attempts: [accepted] }],
  ['an accepted one is lost', { after: [saga(2)] }],
  ['answers were errors', { attempts: [accepted, attempt(1, refusal), attempt(2, { status: 500 })] }],
])('the control has not failed as it must when %s', (_, over) => {
  expect(failedAsItMust(verdict(config, { ...ofControl, ...over }), negativeControl)).toBe(false)
})
