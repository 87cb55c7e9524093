import { expect, test } from 'vitest'
import { benchTelemetry, type TelemetryMeasured } from '../../../../scripts/bench/telemetry.ts'
import { telemetryReport } from '../../../../scripts/bench/telemetry-report.ts'

const good: TelemetryMeasured = {
  lines: 1_000_000,
  stored: { seconds: 40, cpuSeconds: 20, bytes: 750_000_000 },
  searches: { 'one order': [1, 2, 50], 'warnings of a service': [1000], 'a word of most lines': [1000] },
}
const missed = (measured: TelemetryMeasured): string[] => telemetryReport(measured).flatMap(({ what, met = true }) => (met ? [] : [what]))

test('goals are met, or each is named that is missed', () => {
  expect(missed(good)).toEqual([])
  expect(missed({ ...good, stored: { ...good.stored, seconds: 51 } })).toEqual(['lines stored, from log files'])
  expect(missed({ ...good, searches: { ...good.searches, 'one order': [1, 51] } })).toEqual(['search in 1000000 lines: one order'])
})

test('a small measurement: all lines are stored, and each order is found', async () => {
  const { lines, stored, searches } = await benchTelemetry({
    lines: 400,
    searches: 20,
    progress: () => {},
    signal: new AbortController().signal,
  })
  expect({ lines, searched: searches['one order'].length }).toEqual({ lines: 400, searched: 20 })
  expect(stored.bytes).toBeGreaterThan(0)
})
