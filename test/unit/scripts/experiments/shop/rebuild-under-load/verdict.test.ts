import { expect, test } from 'vitest'
import { allPassed } from '../../../../../../scripts/checks/check.ts'
import { failedAsItMust } from '../../../../../../scripts/experiments/core/judge.ts'
import type { ListRead } from '../../../../../../scripts/experiments/shop/rebuild-under-load/read-lists.ts'
import { story } from '../../../../../../scripts/experiments/shop/rebuild-under-load/story.ts'
import { type Config, forgetful, type Observed, verdict } from '../../../../../../scripts/experiments/shop/rebuild-under-load/verdict.ts'
import { rebuildUnderLoad } from '../../../../../../scripts/experiments/shop/rebuild-under-load.ts'

const config: Config = { projection: 'order-list', orders: 2, perSecond: 15, beside: true }
const read = (orders: readonly string[] | undefined, customerId = 'anna'): ListRead => ({
  customerId,
  sentAt: 1_000,
  endedAt: 1_010,
  ...(orders ? { status: 200, orders } : { status: 503 }),
})
const report = {
  rows: { old: 9, new: 9 },
  hash: { old: 'a1', new: 'a1' },
  differing: 0,
  differences: [],
  events: 120,
  buildMs: 80,
  holdMs: 2,
}
const good: Observed = {
  startedAt: 0,
  accepted: ['ord_1', 'ord_2'],
  rebuild: { state: 'live', report, tookMs: 300 },
  reads: [read([]), read(['ord_1']), read(['ord_2'], 'bert'), read(['ord_1'])],
  readsMeanwhile: 2,
  listed: ['ord_1', 'ord_2', 'ord_0'],
}
const failing = (over: Partial<Observed>) =>
  verdict(config, { ...good, ...over })
    .filter(({ passed }) => !passed)
    .map(({ name }) => name)

test('a read that lacks what an earlier one of the same customer had has forgotten it', () => {
  expect(forgetful([read(['a']), read(['b'], 'bert'), read(undefined), read(['a', 'c'])])).toEqual([])
  expect(forgetful([read(['a', 'c']), read(['c']), read(['a', 'c'])])).toEqual(['anna: a'])
})

test('rows are the same, readers notice nothing', () => {
  expect(allPassed(verdict(config, good))).toBe(true)
  const { summary, traffic } = story(config, good)
  expect(summary).toBe(
    'While 2 orders came in, order-list was made again from 120 events in 0.3 s, 0 rows differ; 0 of 4 reads were not answered (2 of them began meanwhile).',
  )
  expect(traffic).toMatchObject([{ bins: [{ sent: 4, ok: 4, failed: 0 }] }])
})

test.each<[string, Partial<Observed>, readonly string[]]>([
  [
    'it is given up',
    { rebuild: { state: 'failed', tookMs: 1 } },
    ['the rows that were made again are in use', 'SHA-256 of the rows', 'rows that differ'],
  ],
  [
    'rows differ',
    { rebuild: { state: 'live', tookMs: 1, report: { ...report, hash: { old: 'a1', new: 'b2' }, differing: 1 } } },
    ['SHA-256 of the rows', 'rows that differ'],
  ],
  ['an order is not taken', { accepted: ['ord_1'] }, ['orders accepted']],
  ['nobody read meanwhile', { readsMeanwhile: 0 }, ['reads while the rows were made again']],
  ['a read is not answered', { reads: [...good.reads, read(undefined)] }, ['reads that were not answered']],
  ['a read has forgotten an order', { reads: [...good.reads, read([])] }, ['reads that had forgotten an order']],
  ['an order is missing in the end', { listed: ['ord_1'] }, ['accepted orders that are not in the lists in the end']],
])('it fails when %s', (_, over, names) => {
  expect(failing(over)).toEqual(names)
})

const { negativeControl } = rebuildUnderLoad
const ofControl: Observed = {
  startedAt: good.startedAt,
  accepted: good.accepted,
  reads: [...good.reads, read(undefined)],
  readsMeanwhile: 1,
  listed: good.listed,
}

test('readers are without an answer while order-history starts anew, and the control sees it', () => {
  const without = negativeControl.without?.(config)
  expect(without).toEqual({ ...config, beside: false })
  expect(failedAsItMust(verdict(config, ofControl), negativeControl)).toBe(true)
  expect(story(config, ofControl).summary).toContain('order-history was killed and started anew; 1 of 5 reads were not answered')
})

test.each<[string, Partial<Observed>]>([
  ['every read is answered', { reads: good.reads }],
  ['the shop takes no orders', { accepted: [] }],
  ['the rows do not come back', { listed: [] }],
])('the control has not failed as it must when %s', (_, over) => {
  expect(failedAsItMust(verdict(config, { ...ofControl, ...over }), negativeControl)).toBe(false)
})
