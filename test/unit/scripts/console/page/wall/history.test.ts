import { expect, test } from 'vitest'
import { type History, keptMs, nextHistory, rateNow, trackKey } from '../../../../../../scripts/console/page/wall/history.ts'
import { sparkline } from '../../../../../../scripts/console/page/wall/sparkline.ts'
import { wallOf } from '../../../../../../scripts/console/wall/wall.ts'
import { hostOf, poolOf } from '../../wall/breakers.ts'

const key = 'ads.shop.svc.cluster.local:80/'
const at = (atMs: number, requests: number, failed = 0, refused = 0) =>
  wallOf(
    {
      atMs,
      breakers: [poolOf('ads', 'web-0', { refused, latencyMs: { p50: 3, p99: 9 } }), hostOf('ads', 'web-0', 'ads-0', { requests, failed })],
      silent: [],
    },
    [],
    true,
  )
const pointsOf = (history: History, host: string) => history.get(trackKey(key, 'web-0', host))?.points ?? []
const after = (...walls: ReturnType<typeof at>[]) => walls.reduce<History>(nextHistory, new Map())

test('rates are differences over the time between two looks', () => {
  expect(pointsOf(after(at(1000, 100), at(1500, 110, 2)), 'ads-0')).toEqual([{ atMs: 1500, perSecond: 20, failedPerSecond: 4 }])
  expect(pointsOf(after(at(1000, 100, 0, 5), at(2000, 110, 0, 9)), 'ads pool')).toEqual([
    { atMs: 2000, perSecond: 14, failedPerSecond: 4, p50: 3, p99: 9 },
  ])
})
test('the first look has no rate, and the same look twice adds nothing', () => {
  expect(pointsOf(after(at(1000, 100)), 'ads-0')).toEqual([])
  expect(pointsOf(after(at(1000, 100), at(1500, 110), at(1500, 110)), 'ads-0')).toHaveLength(1)
})
test('a proxy that begins anew is no negative rate', () =>
  expect(pointsOf(after(at(1000, 100), at(2000, 3)), 'ads-0')).toEqual([{ atMs: 2000, perSecond: 0, failedPerSecond: 0 }]))
test('a minute is kept, however long one looks', () => {
  const walls = Array.from({ length: 400 }, (_, index) => at(index * 500, index))
  const points = pointsOf(after(...walls), 'ads-0')
  expect(points).toHaveLength(keptMs / 500)
  expect(rateNow(points)).toBe(2)
})
test('no points, no rate', () => expect(rateNow([])).toBe(0))
test('a line ends at the right edge, and what is too old is not drawn', () => {
  const points = [0, 5000, 10_000].map((atMs) => ({ atMs, value: atMs === 5000 ? 10 : 0 }))
  expect(sparkline(points, { nowMs: 10_000, spanMs: 8_000, top: 10, width: 80, height: 30 })).toBe('M30.0 0.0L80.0 30.0')
})
