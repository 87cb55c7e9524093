import type { Line } from './line.ts'
import { percentile } from './statistics.ts'
import { searchNames, type TelemetryMeasured } from './telemetry.ts'

const goals = { linesPerSecond: 20_000, orderP99Ms: 50 }

/** The measurement as lines for a person. */
export function telemetryReport({ lines, stored, searches }: TelemetryMeasured): Line[] {
  const perSecond = lines / stored.seconds
  return [
    {
      what: 'lines stored, from log files',
      measured: `${Math.round(perSecond)}/s (${Math.round(lines / stored.cpuSeconds)} for a second of processor time)`,
      goal: `≥ ${goals.linesPerSecond}/s`,
      met: perSecond >= goals.linesPerSecond,
    },
    { what: 'their size in the store', measured: `${Math.round(stored.bytes / lines)} bytes a line` },
    ...searchNames.map((name): Line => {
      const [p50, p99] = [percentile(searches[name], 0.5), percentile(searches[name], 0.99)]
      return {
        what: `search in ${lines} lines: ${name}`,
        measured: `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
        ...(name === 'one order' && { goal: `p99 ≤ ${goals.orderP99Ms} ms`, met: p99 <= goals.orderP99Ms }),
      }
    }),
  ]
}
