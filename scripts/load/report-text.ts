import type { Latency, LoadSummary } from './summary.ts'

/** A load's account as lines for a person. */
export function loadReportText(report: LoadSummary): string {
  const { sent, accepted, confirmed, cancelled, lost, rejected, givenUp, givenUpBecause, retries, acceptance, durationMs } = report
  const named = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || 'none'
  const lines: [string, string][] = [
    ['sent', `${sent} in ${(durationMs / 1000).toFixed(1)} s, ${retries} retries`],
    ['accepted', `${accepted} (${times(acceptance)})`],
    ['confirmed', `${confirmed}${confirmations(report)}`],
    ...(report.repeated === 0
      ? []
      : [['repeated', `${report.repeated} of them, confirmed before: the seed was sent before`] as [string, string]]),
    ['cancelled', named(cancelled)],
    ['rejected', named(rejected)],
    ['given up', givenUp === 0 ? '0' : named(givenUpBecause)],
    ['lost', lost.length === 0 ? '0' : `${lost.length}: ${lost.slice(0, 5).join(', ')}`],
  ]
  return lines.map(([name, value]) => `${name.padEnd(10)} ${value}\n`).join('')
}

const times = ({ p50Ms, p99Ms }: Latency): string => (p50Ms === undefined ? 'no time' : `p50 ${p50Ms} ms, p99 ${p99Ms} ms`)

const confirmations = ({ confirmation, confirmedPerSecond }: LoadSummary): string =>
  confirmation.p50Ms === undefined ? '' : ` (${times(confirmation)} after acceptance), ${confirmedPerSecond}/s`
