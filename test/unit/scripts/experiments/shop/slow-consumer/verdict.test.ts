import { expect, test } from 'vitest'
import { allPassed } from '../../../../../../scripts/checks/check.ts'
import { failedAsItMust } from '../../../../../../scripts/experiments/core/judge.ts'
import { story } from '../../../../../../scripts/experiments/shop/slow-consumer/story.ts'
import { type Config, type Observed, outstanding, verdict } from '../../../../../../scripts/experiments/shop/slow-consumer/verdict.ts'
import { slowConsumer } from '../../../../../../scripts/experiments/shop/slow-consumer.ts'
import { confirmed, sagaOf } from '../sagas/saga-of.ts'

const config: Config = { orders: 2, perSecond: 10, workedOffWithinMs: 15_000, goesOn: true }
const told = confirmed({ notifications: ['order-received', 'order-confirmed'] })
const good: Observed = {
  startedAt: 0,
  accepted: 2,
  eventsWhileStopped: 0,
  whileStopped: [confirmed(), confirmed()],
  after: [told, told],
  pages: ['confirmed', 'confirmed'],
  workedOffMs: 1_200,
}
const failing = (over: Partial<Observed>) =>
  verdict(config, { ...good, ...over })
    .filter(({ passed }) => !passed)
    .map(({ name }) => name)

test('one notification is due for an order that is there, another when it is confirmed', () => {
  expect([sagaOf(), confirmed(), confirmed({ notifications: ['order-received'] }), told].map((one) => outstanding([one]))).toEqual([
    1, 2, 1, 0,
  ])
  expect(outstanding([sagaOf(), confirmed()])).toBe(3)
  // Twice the same does not stand for the other.
  expect(outstanding([confirmed({ notifications: ['order-received', 'order-received'] })])).toBe(1)
})

test('nobody waits for the consumer, and it works off what has come up', () => {
  expect(allPassed(verdict(config, good))).toBe(true)
  expect(story(config, good).summary).toBe(
    'While notifications was stopped, 2 of 2 orders were confirmed and 4 notifications waited; all were sent 1.2 s after it went on.',
  )
})

test.each<[string, Partial<Observed>, readonly string[]]>([
  ['it was not stopped', { eventsWhileStopped: 1 }, ['notifications sent while it was stopped']],
  ['an order is not taken', { accepted: 1 }, ['orders accepted']],
  [
    'an order waits for it',
    { whileStopped: [confirmed(), sagaOf()] },
    ['orders confirmed while it was stopped', 'notifications outstanding when it went on'],
  ],
  ['a page waits for it', { pages: ['confirmed', 'no page (503)'] }, ['orders whose page said so meanwhile']],
  ['one is never sent', { after: [told, confirmed({ notifications: ['order-received'] })] }, ['notifications outstanding in the end']],
  ['it takes too long', { workedOffMs: 15_001 }, ['ms until none was outstanding']],
  [
    'one is sent twice',
    { after: [told, { ...told, notifications: [...told.notifications, 'order-received'] }] },
    ['orders with a notification sent twice'],
  ],
])('it fails when %s', (_, over, names) => {
  expect(failing(over)).toEqual(names)
})

const { negativeControl } = slowConsumer
const ofControl: Observed = { ...good, after: good.whileStopped, workedOffMs: undefined }

test('a consumer that does not go on leaves all outstanding, and the control sees it', () => {
  expect(negativeControl.without?.(config)).toEqual({ ...config, goesOn: false })
  expect(failedAsItMust(verdict(config, ofControl), negativeControl)).toBe(true)
  expect(story(config, ofControl).summary).toContain('4 were never sent')
})

test.each<[string, Partial<Observed>]>([
  ['nothing is outstanding', { after: good.after, workedOffMs: 100 }],
  ['it was not stopped', { eventsWhileStopped: 1 }],
  ['orders wait for it', { whileStopped: [sagaOf(), sagaOf()] }],
  ['pages wait for it', { pages: [] }],
])('the control has not failed as it must when %s', (_, over) => {
  expect(failedAsItMust(verdict(config, { ...ofControl, ...over }), negativeControl)).toBe(false)
})
