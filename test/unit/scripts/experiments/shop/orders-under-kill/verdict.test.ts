import { expect, test } from 'vitest'
import { allPassed } from '../../../../../../scripts/checks/check.ts'
import { failedAsItMust } from '../../../../../../scripts/experiments/core/judge.ts'
import { story } from '../../../../../../scripts/experiments/shop/orders-under-kill/story.ts'
import { type Config, type Observed, verdict } from '../../../../../../scripts/experiments/shop/orders-under-kill/verdict.ts'
import { ordersUnderKill } from '../../../../../../scripts/experiments/shop/orders-under-kill.ts'
import type { Placement } from '../../../../../../scripts/synthetic-orders/place-order.ts'
import { confirmed } from '../sagas/saga-of.ts'

const config: Config = { orders: 2, perSecond: 30, sameKey: true }
const accepted = (orderId: string, acceptedAt = 4_000): Placement => ({ outcome: 'accepted', orderId, acceptedAt, ms: 20, retries: 0 })
const order = (n: number, orderId = `ord_${n}`) => confirmed({ orderId, customerId: `load-run-${n}` })
const load: Observed['load'] = {
  sent: 2,
  accepted: 2,
  confirmed: 2,
  repeated: 0,
  cancelled: {},
  lost: [],
  rejected: {},
  givenUp: 0,
  givenUpBecause: {},
  retries: 3,
  acceptance: {},
  confirmation: {},
  durationMs: 100,
  confirmedPerSecond: 2,
}
const good: Observed = {
  startedAt: 0,
  load,
  placed: [accepted('ord_0', 900), accepted('ord_1', 3_000)],
  killedAt: 1_000,
  processes: { before: 'orders-0 since 1', after: 'orders-0 since 2' },
  again: [accepted('ord_1'), accepted('ord_0')],
  sagas: [order(0), order(1)],
}
const failing = (over: Partial<Observed>) =>
  verdict(config, { ...good, ...over })
    .filter(({ passed }) => !passed)
    .map(({ name }) => name)

test('every order is taken, confirmed and charged once', () => {
  expect(allPassed(verdict(config, good))).toBe(true)
  expect(story(config, good).summary).toBe(
    'While orders was killed with kill -9, 2 of 2 orders were accepted and 2 confirmed, 0 lost, with 3 retries; then all customers sent again under the same key, and the log has 2 orders.',
  )
})

test.each<[string, Partial<Observed>, readonly string[]]>([
  [
    'orders was not killed',
    { processes: { before: 'orders-0 since 1', after: 'orders-0 since 1' } },
    ['orders is another process than before'],
  ],
  [
    'nobody knows which process it is',
    { processes: { before: undefined, after: 'orders-0 since 2' } },
    ['orders is another process than before'],
  ],
  ['an order is not taken', { load: { ...load, accepted: 1, confirmed: 1, givenUp: 1 } }, ['orders accepted', 'orders confirmed']],
  [
    'an accepted order is lost',
    { load: { ...load, confirmed: 1, lost: ['ord_1'] } },
    ['accepted orders that did not end', 'orders confirmed'],
  ],
  [
    'nobody was served again',
    { placed: [accepted('ord_0', 900), accepted('ord_1', 1_000)] },
    ['ms from the kill to the next accepted order'],
  ],
  ['it takes too long', { placed: [accepted('ord_0', 900), accepted('ord_1', 31_001)] }, ['ms from the kill to the next accepted order']],
  [
    'one is given another order',
    { again: [accepted('ord_0'), accepted('ord_7')] },
    ['customers who sent again and were given the order that they had'],
  ],
  ['one is not served', { again: [accepted('ord_0')] }, ['customers who sent again and were given the order that they had']],
  ['a customer has two orders', { sagas: [order(0), order(1), order(1, 'ord_7')] }, ['customers with more or less than one order']],
  ['a customer has none', { sagas: [order(0)] }, ['customers with more or less than one order']],
  ['an order was charged twice', { sagas: [order(0), { ...order(1), charges: 2 }] }, ['orders charged more or less than once']],
  ['an order was not charged', { sagas: [order(0), { ...order(1), charges: 0 }] }, ['orders charged more or less than once']],
])('it fails when %s', (_, over, names) => {
  expect(failing(over)).toEqual(names)
})

const { negativeControl } = ordersUnderKill
const ofControl: Observed = {
  ...good,
  again: [accepted('ord_2'), accepted('ord_3')],
  sagas: [order(0), order(1), order(0, 'ord_2'), order(1, 'ord_3')],
}

test('under other keys all customers have two orders, and the control sees it', () => {
  expect(negativeControl.without?.(config)).toEqual({ ...config, sameKey: false })
  expect(failedAsItMust(verdict(config, ofControl), negativeControl)).toBe(true)
})

test.each<[string, Partial<Observed>]>([
  ['nobody has two', { sagas: good.sagas }],
  ['nobody was killed', { processes: { before: 'orders-0 since 1', after: 'orders-0 since 1' } }],
  ['the shop takes no orders', { load: { ...load, accepted: 0 } }],
  ['orders are lost', { load: { ...load, lost: ['ord_0'] } }],
])('the control has not failed as it must when %s', (_, over) => {
  expect(failedAsItMust(verdict(config, { ...ofControl, ...over }), negativeControl)).toBe(false)
})
