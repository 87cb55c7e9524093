import { expect, test } from 'vitest'
import { allPassed } from '../../../../../../scripts/checks/check.ts'
import { failedAsItMust } from '../../../../../../scripts/experiments/core/judge.ts'
import { story } from '../../../../../../scripts/experiments/shop/payments-down/story.ts'
import { type Config, type Observed, verdict } from '../../../../../../scripts/experiments/shop/payments-down/verdict.ts'
import { paymentsDown } from '../../../../../../scripts/experiments/shop/payments-down.ts'
import { confirmed, sagaOf } from '../sagas/saga-of.ts'

const config: Config = { orders: 2, deadlineMs: 2_500, waitingHaveTime: true }
const outOfTime = sagaOf({
  orderId: 'ord_late',
  respondBy: 3_500,
  cancelled: { at: 3_600, reason: 'timeout' },
  released: ['MUG-BLUE'],
  voided: true,
})
const good: Observed = {
  startedAt: 0,
  accepted: { caught: 2, waiting: 2 },
  eventsWhileDown: 0,
  waitedFor: ['payments', 'payments'],
  cancelledWhileDown: ['timeout', 'timeout'],
  backAt: 6_000,
  caught: [confirmed(), confirmed({ confirmedAt: 8_000 })],
  waiting: [confirmed({ confirmedAt: 8_000 }), confirmed({ confirmedAt: 8_400 })],
  late: [outOfTime, outOfTime],
}
const failing = (over: Partial<Observed>) =>
  verdict(config, { ...good, ...over })
    .filter(({ passed }) => !passed)
    .map(({ name }) => name)

test('orders wait for payments, complete when it is back, and are given up when their time is over', () => {
  expect(allPassed(verdict(config, good))).toBe(true)
  expect(story(config, good).summary).toBe(
    '2 orders were placed while payments was dead: 2 were confirmed, the last 2.4 s after it was back. Of 2 orders whose deadline passed meanwhile, 2 were cancelled and given back.',
  )
})

const [first = sagaOf()] = good.waiting
test.each<[string, Partial<Observed>, readonly string[]]>([
  ['payments was not dead', { eventsWhileDown: 1 }, ['events of payments while it was dead']],
  ['an order was not taken as it died', { accepted: { caught: 1, waiting: 2 } }, ['orders accepted as payments died']],
  ['an order was not taken without it', { accepted: { caught: 2, waiting: 1 } }, ['orders accepted without payments']],
  ['a customer is told another reason', { waitedFor: ['payments', 'shipping'] }, ['what they waited for, as their customers were told']],
  [
    'an order out of time is kept until payments is back',
    { cancelledWhileDown: ['timeout'] },
    ['orders out of time that were cancelled before payments was back'],
  ],
  [
    'it is cancelled late',
    { late: [outOfTime, { ...outOfTime, cancelled: { at: 6_501, reason: 'timeout' } }] },
    ['ms from the deadline of an order to its cancellation'],
  ],
  ['an order under way is lost', { caught: [confirmed(), sagaOf()] }, ['orders under way as payments died that were confirmed']],
  ['an order that waited is lost', { waiting: [first] }, ['orders placed without payments that were confirmed when it was back']],
  [
    'it waits for too long',
    { waiting: [first, confirmed({ confirmedAt: 46_001 })] },
    ['ms from the return of payments to the last confirmation'],
  ],
  [
    'an order that has time is cancelled',
    { waiting: [first, sagaOf({ cancelled: { at: 3_000, reason: 'timeout' } })] },
    ['orders placed without payments that were confirmed when it was back', 'orders that had time and were cancelled'],
  ],
  ['an order is charged twice', { waiting: [first, confirmed({ charges: 2 })] }, ['orders charged more than once']],
  ['an order is not charged', { waiting: [first, confirmed({ charges: 0 })] }, ['confirmed orders that were not charged']],
  [
    'an order out of time stays charged',
    { late: [outOfTime, { ...outOfTime, voided: false, charges: 1 }] },
    ['orders out of time that payments has not given back'],
  ],
  ['its stock is kept', { late: [outOfTime, { ...outOfTime, released: [] }] }, ['orders out of time that keep stock']],
])('it fails when %s', (_, over, names) => {
  expect(failing(over)).toEqual(names)
})

test('a charge that was given back is none', () => {
  expect(failing({ late: [outOfTime, { ...outOfTime, voided: false, charges: 1, refunds: 1 }] })).toEqual([])
})

const { negativeControl } = paymentsDown
const ofControl: Observed = { ...good, accepted: { caught: 2, waiting: 0 }, waitedFor: [], waiting: [outOfTime, outOfTime] }

test('orders without time do not complete, and the control sees it', () => {
  expect(negativeControl.without?.(config)).toEqual({ ...config, waitingHaveTime: false })
  expect(failedAsItMust(verdict(config, ofControl), negativeControl)).toBe(true)
})

test.each<[string, Partial<Observed>]>([
  ['they complete all the same', { waiting: good.waiting }],
  ['payments was not dead', { eventsWhileDown: 3 }],
  ['deadlines do nothing', { cancelledWhileDown: [] }],
  ['an order was charged twice', { late: [outOfTime, { ...outOfTime, charges: 2, refunds: 2 }] }],
])('the control has not failed as it must when %s', (_, over) => {
  expect(failedAsItMust(verdict(config, { ...ofControl, ...over }), negativeControl)).toBe(false)
})
