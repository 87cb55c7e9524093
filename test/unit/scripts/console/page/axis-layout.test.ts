import { expect, test } from 'vitest'
import { tellStory } from '../../../../../scripts/console/order-story/tell-story.ts'
import { axisLayout, meshBand } from '../../../../../scripts/console/page/orders/axis-layout.ts'
import { ticksOf, timeScale } from '../../../../../scripts/console/page/orders/time-scale.ts'
import { shopRules } from '../../../../../scripts/events/rules.ts'
import { order, placing, receiving } from '../../events/given-orders.ts'
import { writtenLog } from '../../events/written-log.ts'

const { orderId } = order('a')
const records = writtenLog([receiving('MUG-BLUE'), receiving('TEA-MINT'), placing('a')]).filter(
  ({ topic, headers }) => topic.endsWith('.events') && headers.correlationId?.toString() === orderId,
)
const story = tellStory(orderId, shopRules(), records, new Map())
const beginMs = story.entries[0]?.atMs ?? 0
const message = { story, mesh: [], breakers: [], lines: [], otherTraces: [] }

test('every event is in the band of its service, and touches no other one', () => {
  const { bands, dots, height } = axisLayout(message, 1000)
  expect(dots.length).toBe(story.entries.length)
  expect(bands.map(({ name }) => name)).toEqual(['orders', 'inventory', 'notifications', 'payments', 'shipping'])
  for (const { what, y } of dots) {
    const band = bands.find(({ name }) => 'entry' in what && name === what.entry.service)
    expect(y).toBeGreaterThan(band?.y ?? Number.NaN)
    expect(y).toBeLessThan((band?.y ?? 0) + (band?.height ?? 0))
  }
  for (const [index, one] of dots.entries())
    for (const other of dots.slice(index + 1)) expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThanOrEqual(23)
  expect(height).toBe(bands.reduce((sum, band) => sum + band.height, 0))
})

test('each event but the first is linked with what led to it', () => {
  const { links } = axisLayout(message, 1000)
  const events = story.entries.filter(({ kind }) => kind === 'event')
  expect(links.length).toBe(events.length - 1)
  for (const { from, to } of links) expect(to.atMs).toBeGreaterThanOrEqual(from.atMs)
})

test('what the mesh did has the last band', () => {
  const mark = { atMs: beginMs + 3, kind: 'retry', caller: 'gateway-0', destination: 'orders', attempts: 2, text: '' } as const
  const breaker = { atMs: beginMs + 5, caller: 'gateway-0', host: 'catalog-1', from: 'closed', to: 'ejected' }
  const { bands, dots } = axisLayout({ ...message, mesh: [mark], breakers: [breaker] }, 1000)
  expect(bands.at(-1)?.name).toBe(meshBand)
  expect(dots.filter(({ ink }) => ink === 'retry' || ink === 'breaker').length).toBe(2)
})

test('a long pause is cut out, and both directions of the scale agree', () => {
  const times = [0, 100, 500, 900_500, 900_900]
  const scale = timeScale(times, 1000)
  expect(scale.gaps).toEqual([{ fromMs: 500, toMs: 900_500 }])
  expect(scale.x(500)).toBeGreaterThan(400)
  expect(scale.x(900_900)).toBeCloseTo(1000)
  for (const time of [...times, 250, 400_000]) expect(scale.at(scale.x(time))).toBeCloseTo(time)
  const ticks = ticksOf(scale, 1000)
  expect(ticks.filter(({ afterMs }) => afterMs > 500 && afterMs < 900_500)).toEqual([])
  for (const [index, { x }] of ticks.slice(1).entries()) expect(x - (ticks[index]?.x ?? 0)).toBeGreaterThan(55)
})

test('an order of one moment has a picture, too', () => {
  const { scale, ticks } = axisLayout({ ...message, story: { ...story, entries: story.entries.slice(0, 1) } }, 300)
  expect(scale.x(beginMs)).toBe(0)
  expect(ticks.length).toBeGreaterThan(0)
})
