import type { ServerKind } from './gateway/servers.ts'
import type { GatewayMeasured, HelloMeasured } from './gateway.ts'
import type { Line } from './line.ts'
import { median, range } from './statistics.ts'

/** Shares of what bare Node does. */
const goals = { table: 0.95, gateway: 0.85 } as const

/** The measurement as lines for a person: each ratio is of one round, and the median of the rounds counts. */
export function gatewayReport(rounds: GatewayMeasured): Line[] {
  const of = (kind: ServerKind, pick: (measured: HelloMeasured) => number) => rounds.map((round) => pick(round[kind]))
  const ratio = (kind: ServerKind, share: (bare: HelloMeasured, other: HelloMeasured) => number): string => {
    const ratios = rounds.map((round) => share(round['node:http'], round[kind]))
    const { min, max } = range(ratios)
    return `${median(ratios).toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`
  }
  const requests = (bare: HelloMeasured, other: HelloMeasured) => other.requestsPerSecond / bare.requestsPerSecond
  const cpu = (bare: HelloMeasured, other: HelloMeasured) => bare.cpuMicroseconds / other.cpuMicroseconds
  const failed = rounds.flatMap((round) => Object.values(round)).reduce((total, one) => total + one.failed, 0)
  const compared = (kind: 'table' | 'gateway', what: string): Line[] => [
    {
      what: `${what}: requests a second ÷ node:http`,
      measured: ratio(kind, requests),
      goal: `≥ ${goals[kind]}`,
      met: median(rounds.map((round) => requests(round['node:http'], round[kind]))) >= goals[kind],
    },
    { what: `${what}: requests a second of CPU ÷ node:http`, measured: ratio(kind, cpu) },
    { what: `${what}: CPU of a request`, measured: `${median(of(kind, (one) => one.cpuMicroseconds)).toFixed(1)} µs` },
  ]
  return [
    {
      what: 'hello, node:http alone',
      measured: `${Math.round(median(of('node:http', (one) => one.requestsPerSecond)))}/s, ${median(of('node:http', (one) => one.cpuMicroseconds)).toFixed(1)} µs of CPU a request`,
    },
    ...compared('table', 'hello, a table of routes'),
    ...compared('gateway', 'hello, the whole gateway'),
    { what: 'requests that failed', measured: String(failed), goal: '0', met: failed === 0 },
  ]
}
