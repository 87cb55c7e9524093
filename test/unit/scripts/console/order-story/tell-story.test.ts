import { expect, test } from 'vitest'
import { tellStory } from '../../../../../scripts/console/order-story/tell-story.ts'
import { shopRules } from '../../../../../scripts/events/rules.ts'
import type { LogRecord } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import { cancelling, order, placing, receiving } from '../../events/given-orders.ts'
import { writtenLog } from '../../events/written-log.ts'

const { orderId } = order('a')
const stocked = [receiving('MUG-BLUE'), receiving('TEA-MINT')]
const ofOrder = (log: readonly LogRecord[]) =>
  log.filter(({ topic, headers }) => topic.endsWith('.events') && headers.correlationId?.toString() === orderId)
const told = (...given: Parameters<typeof writtenLog>[0][number][]) =>
  tellStory(orderId, shopRules(), ofOrder(writtenLog([...stocked, ...given])), new Map())

test('an order that went through has ended, and holds at each moment what its events until then gave it', () => {
  const story = told(placing('a'))
  expect(story).toMatchObject({ phase: 'ended', status: 'confirmed', waiting: [] })
  expect(story.entries.filter(({ role }) => role === 'compensation' || role === 'refusal')).toEqual([])
  expect(story.moments[0]).toMatchObject({ status: 'placed', version: 1, charged: 0, stock: [], told: 0 })
  expect(story.moments.at(-1)).toMatchObject({
    status: 'confirmed',
    charged: order('a').total,
    parcel: 'booked',
    told: 2,
    stock: [
      { sku: 'MUG-BLUE', pieces: 2, how: 'sold' },
      { sku: 'TEA-MINT', pieces: 1, how: 'sold' },
    ],
  })
  const paid = story.moments.find(({ status }) => status === 'reserved')
  expect(paid).toMatchObject({ charged: 0, stock: [{ how: 'reserved' }, { how: 'reserved' }] })
  expect(story.states[0]).toEqual({ status: 'unplaced' })
  expect(story.states.at(-1)).toMatchObject({ status: 'confirmed' })
})

test('what was done is undone when somebody refuses', () => {
  const story = told(placing('a', 11))
  expect(story).toMatchObject({ phase: 'ended', status: 'cancelled' })
  expect(story.entries.filter(({ kind, role }) => kind === 'event' && role !== 'step').map(({ type, role }) => [type, role])).toEqual(
    expect.arrayContaining([
      ['inventory.StockReservationRefused', 'refusal'],
      ['orders.OrderCancelled', 'end'],
      ['inventory.StockReleased', 'compensation'],
    ]),
  )
  expect(story.moments.at(-1)).toMatchObject({ charged: 0, stock: [] })
})

test('money is given back when a paid order is cancelled', () => {
  const log = writtenLog([...stocked, placing('a'), cancelling('a')])
  const from = log.findIndex(({ headers }) => headers.id?.toString() === 'cancel-a')
  const story = tellStory(orderId, shopRules(), ofOrder([...log.slice(0, from), ...log.slice(from).map(aMinuteLater)]), new Map())
  expect(story.moments.at(-1)).toMatchObject({ status: 'cancelled', charged: 0, stock: [], parcel: 'cancelled' })
  expect(Math.max(...story.moments.map(({ charged }) => charged))).toBe(order('a').total)
})

/** The simulated shop decides both at one moment. */
const aMinuteLater = ({ headers, ...record }: LogRecord): LogRecord => ({
  ...record,
  headers: { ...headers, time: Buffer.from(new Date(Date.parse(String(headers.time)) + 60_000).toISOString()) },
})

test('an order on its way says whom it waits for', () => {
  const log = ofOrder(writtenLog([...stocked, placing('a')])).filter(({ topic }) => !topic.startsWith('payments'))
  const story = tellStory(orderId, shopRules(), log.slice(0, 7), new Map())
  expect(story.phase).toBe('under-way')
  expect(story.waiting.map(({ service, command }) => `${service} ${command}`)).toContain('payments AuthorizePayment')
})

test('of an order that nobody has heard of nothing is told', () => {
  expect(tellStory(orderId, shopRules(), [], new Map())).toMatchObject({ phase: 'unknown', status: undefined, entries: [], moments: [] })
})
