import { expect, test } from 'vitest'
import { differences } from '../../../../../scripts/events/order/difference.ts'
import { eventsBy, stateAt } from '../../../../../scripts/events/order/moment.ts'
import { shopRules } from '../../../../../scripts/events/rules.ts'
import { decodeRecord, isDecodeFailure, type RecordedEvent } from '../../../../../services/shared/runtime/messaging/record-codec.ts'
import { order, placing, receiving } from '../given-orders.ts'
import { writtenLog } from '../written-log.ts'

const events = writtenLog([receiving('MUG-BLUE'), receiving('TEA-MINT'), placing('a')])
  .filter(({ topic }) => topic === 'orders.events')
  .map((record) => decodeRecord(record))
  .filter((event): event is RecordedEvent => !isDecodeFailure(event))
const history = { name: 'order a', rules: shopRules().orders, events }
const at = (moment: string | undefined) => stateAt(history, moment)
const timeOf = (version: number): string => events[version - 1]?.envelope.time ?? ''

test('a version is the state after so many events, 0 that before the first, and one that has not come yet is none', () => {
  expect(at('0')).toEqual({ version: 0, since: undefined, state: { status: 'unplaced' } })
  expect(at('1')).toMatchObject({ version: 1, since: timeOf(1), state: { status: 'placed', order: order('a') } })
  expect(at(undefined)).toMatchObject({ version: events.length, state: { status: 'confirmed' } })
  expect(at(String(events.length))).toEqual(at(undefined))
  expect(() => at('999')).toThrow(`order a is at version ${events.length} only`)
})

test('a time includes what happened at it, and nothing that happened a moment later', () => {
  expect(at(timeOf(1)).version).toBe(1)
  expect(at(new Date(Date.parse(timeOf(1)) - 1).toISOString()).version).toBe(0)
  // Two events of one command have one time.
  expect(timeOf(3)).toBe(timeOf(4))
  expect(at(timeOf(3)).version).toBe(4)
})

test.each(['yesterday', '2026-01-31', '2026-02-30T00:00:00Z', '-1', '1.5', ''])('%j is no moment', (moment) => {
  expect(() => eventsBy(events, moment)).toThrow('neither a version (7) nor a time')
})

test('two states differ where their leaves do', () => {
  expect(differences(at('1').state, at('2').state)).toEqual([{ path: 'reservedSkus.0', to: 'MUG-BLUE' }])
  expect(differences(at('1').state, at('4').state)).toEqual([
    { path: 'status', from: 'placed', to: 'reserved' },
    { path: 'reservedSkus', from: [] },
  ])
  expect(differences(at('4').state, at('4').state)).toEqual([])
})
