import { expect, test } from 'vitest'
import { type RequestRecord, trafficBins } from '../../../../../scripts/experiments/core/traffic-bins.ts'

const record = (sentAtMs: number, endedAtMs: number, outcome: RequestRecord['outcome'] = 'ok'): RequestRecord => ({
  sentAtMs,
  endedAtMs,
  outcome,
})

test('a request is sent in one interval and ends in another; intervals without any are there too', () => {
  const { bins, ...sender } = trafficBins([record(90, 310), record(110, 115, 'refused'), record(120, 130, 'failed')], {
    caller: 'gateway-0',
    binMs: 100,
    deadlineMs: 250,
  })
  expect(sender).toEqual({ caller: 'gateway-0', binMs: 100, deadlineMs: 250 })
  expect(bins).toEqual([
    { atMs: 0, sent: 1, ok: 0, refused: 0, failed: 0 },
    { atMs: 100, sent: 2, ok: 0, refused: 1, failed: 1 },
    { atMs: 200, sent: 0, ok: 0, refused: 0, failed: 0 },
    { atMs: 300, sent: 0, ok: 1, refused: 0, failed: 0, p50Ms: 220, p99Ms: 220 },
  ])
})

test('latency is of what was answered: late answers count, refusals and what never came do not', () => {
  const { bins } = trafficBins(
    [
      record(0, 10),
      record(0, 20),
      record(0, 90, 'failed'),
      { ...record(0, 80, 'failed'), answered: true },
      { ...record(0, 1, 'refused'), answered: true },
    ],
    { caller: 'a', binMs: 100 },
  )
  expect(bins).toEqual([{ atMs: 0, sent: 5, ok: 2, refused: 1, failed: 2, p50Ms: 20, p99Ms: 80 }])
})

test('no request is no interval', () => {
  expect(trafficBins([], { caller: 'a', binMs: 100 }).bins).toEqual([])
})
