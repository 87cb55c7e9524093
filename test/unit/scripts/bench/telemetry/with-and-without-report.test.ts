import { expect, test } from 'vitest'
import type { Block, WithAndWithout } from '../../../../../scripts/bench/telemetry/with-and-without.ts'
import { withAndWithoutReport } from '../../../../../scripts/bench/telemetry/with-and-without-report.ts'

const gibi = 2 ** 30
const block = (confirmedPerSecond: number, more: Partial<Block> = {}): Block => ({
  confirmedPerSecond,
  cpuMsPerOrder: 50,
  lost: 0,
  memory: { cpuMs: 0, pssBytes: 2 * gibi, rssBytes: 4 * gibi },
  processes: 29,
  ...more,
})
const rounds = [90, 91, 95].map((rate) => ({ on: block(rate), off: block(100) }))
const good: WithAndWithout = { rounds, idleCpuPercent: 9.9 }
const missed = (measured: WithAndWithout): string[] => withAndWithoutReport(measured).flatMap(({ what, met = true }) => (met ? [] : [what]))

test('goals are met, or each is named that is missed', () => {
  expect(missed(good)).toEqual([])
  const slower = rounds.map(({ off }) => ({ on: block(89), off }))
  expect(missed({ ...good, rounds: slower })).toEqual(['the same, with ÷ without, 3 rounds'])
  expect(missed({ ...good, idleCpuPercent: 10 })).toEqual(['idle CPU of all 29 processes, with logs and traces'])
  const losing = rounds.map(({ on, off }, index) => ({ on: index === 1 ? { ...on, lost: 1 } : on, off }))
  expect(missed({ ...good, rounds: losing })).toEqual(['orders that were lost'])
  const larger = rounds.map(({ off }) => ({ on: block(95, { memory: { cpuMs: 0, pssBytes: 3 * gibi, rssBytes: 4 * gibi } }), off }))
  expect(missed({ ...good, rounds: larger })).toEqual(['their memory after the orders (PSS; without: 2048 MiB)'])
})

test('the median of the rounds is judged, and their spread shown', () => {
  const lines = withAndWithoutReport(good)
  expect(lines.find(({ goal }) => goal === '≥ 0.9')?.measured).toBe('0.91 (0.90–0.95)')
})
