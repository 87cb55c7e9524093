import type { Goodput } from './goodput.ts'

/** An open-loop load as lines for a person. */
export function goodputText(
  { requests, offeredPerSecond, goodputPerSecond, inTime, tooLate, outcomes, generator }: Goodput,
  deadlineMs: number,
): string {
  const { cores, lateP99Ms, lateShare, inconclusive } = generator
  const lines: [string, string][] = [
    ['offered', `${offeredPerSecond}/s, ${requests} requests`],
    ['goodput', `${goodputPerSecond}/s, ${inTime} answers of 2xx within ${deadlineMs} ms`],
    ['too late', String(tooLate)],
    ...outcomes.map(({ outcome, count, p50Ms, p99Ms }): [string, string] => [outcome, `${count} (p50 ${p50Ms} ms, p99 ${p99Ms} ms)`]),
    ['generator', `${cores} cores; sent p99 ${lateP99Ms} ms late, ${(lateShare * 100).toFixed(1)} % missed their time`],
    ...(inconclusive === undefined ? [] : [['inconclusive', inconclusive] as [string, string]]),
  ]
  const width = Math.max(...lines.map(([name]) => name.length)) + 1
  return lines.map(([name, value]) => `${name.padEnd(width)} ${value}\n`).join('')
}
