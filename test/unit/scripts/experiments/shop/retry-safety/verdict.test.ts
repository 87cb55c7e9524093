import { expect, test } from 'vitest'
import { failedAsItMust } from '../../../../../../scripts/experiments/core/judge.ts'
import type { Effects } from '../../../../../../scripts/experiments/shop/retry-safety/effects.ts'
import {
  oneOrder,
  type SafetyConfig,
  type SafetyObserved,
  safetyVerdict,
} from '../../../../../../scripts/experiments/shop/retry-safety/verdict.ts'
import { retrySafety } from '../../../../../../scripts/experiments/shop/retry-safety.ts'

const config: SafetyConfig = { wishes: 2, again: 2, sameKey: true }
const asked = { 'TEA-MINT': 2, 'MUG-BLUE': 1 }
const once: Effects = {
  orders: ['ord_1'],
  ended: ['ord_1'],
  charges: 1,
  cents: 3_030,
  reserved: { 'MUG-BLUE': 1, 'TEA-MINT': 2 },
  shipments: 1,
  receipts: 1,
}
const wish = (effects: Partial<Effects> = {}, answers = ['ord_1', 'ord_1']) => ({ asked, answers, effects: { ...once, ...effects } })
const right: SafetyObserved = {
  lost: 2,
  wishes: [wish(), wish()],
  deliveredAgain: 4,
  commands: [
    { records: 2, answered: 2, effective: 1 },
    { records: 3, answered: 3, effective: 0 },
    { records: 1, answered: 1, effective: 1 },
  ],
  requests: [],
}
const failed = (observed: SafetyObserved) => safetyVerdict(config, observed).flatMap(({ name, passed }) => (passed ? [] : [name]))
const isControl = (observed: SafetyObserved) => failedAsItMust(safetyVerdict(config, observed), retrySafety.negativeControl)

test('one order, one charge, one reservation, one shipment and one receipt for each wish: all holds', () => {
  expect(failed(right)).toEqual([])
  expect(isControl(right)).toBe(false)
})

test.each<[string, Partial<SafetyObserved>, RegExp]>([
  ['a second order', { wishes: [wish(), wish({ orders: ['ord_1', 'ord_2'] })] }, /^orders placed per wish/],
  ['a second charge', { wishes: [wish(), wish({ charges: 2 })] }, /^charges per wish/],
  ['a lost order', { wishes: [wish(), wish({ orders: [] })] }, /^orders placed per wish/],
  ['pieces that were reserved twice', { wishes: [wish({ reserved: { 'MUG-BLUE': 2, 'TEA-MINT': 2 } }), wish()] }, /^pieces reserved/],
  ['a second parcel', { wishes: [wish({ shipments: 2 }), wish()] }, /^shipments booked/],
  ['a second receipt', { wishes: [wish({ receipts: 2 }), wish()] }, /^confirmations of receipt/],
  ['another order id in another answer', { wishes: [wish({}, ['ord_1', 'ord_2']), wish()] }, /^order ids/],
  ['a time that nobody took', { wishes: [wish({}, ['ord_1', 'given-up']), wish()] }, /^answers to orders that were sent again/],
  ['an answer that was not lost', { lost: 1 }, /^orders whose first answer was lost/],
  [
    'nothing that was delivered again',
    { commands: [{ records: 1, answered: 1, effective: 1 }] },
    /^commands that lie in the log more than once/,
  ],
  ['a delivery without an answer', { commands: [...right.commands, { records: 2, answered: 1, effective: 1 }] }, /^deliveries of commands/],
  [
    'a command that took effect twice',
    { commands: [...right.commands, { records: 2, answered: 2, effective: 2 }] },
    /^commands that took effect/,
  ],
])('%s fails', (_, part, check) => {
  expect(failed({ ...right, ...part })).toContainEqual(expect.stringMatching(check))
})

const doubled = wish({ orders: ['ord_1', 'ord_2', 'ord_3'], charges: 3 }, ['ord_2', 'ord_3'])

test('under a key of its own each time is another order: the control fails as it must', () => {
  expect(isControl({ ...right, wishes: [doubled, doubled] })).toBe(true)
  expect(failed({ ...right, wishes: [doubled, doubled] })).toContain(oneOrder)
})

test('it has not when nothing was sent or delivered again', () => {
  expect(isControl({ ...right, wishes: [doubled, doubled], lost: 0 })).toBe(false)
  expect(isControl({ ...right, wishes: [doubled, doubled], commands: [] })).toBe(false)
})

test('what is taken away from the control is the key that stays the same', () => {
  expect(retrySafety.negativeControl.without?.(config)).toEqual({ ...config, sameKey: false })
})
