import type { CrashReport } from './crash-run.ts'
import { faultKinds } from './schedule.ts'

/** What was done and what came of it, for whoever reads the output. */
export function crashReportText(report: CrashReport): string {
  const { seed, faults, accepted, cancelled, events, checks, ownEnds, settledMs, directory } = report
  const failed = checks.filter(({ passed }) => !passed)
  const byKind = faultKinds.map((kind) => `${faults.filter((fault) => fault.kind === kind).length} ${kind}`)
  return [
    `seed ${seed}: ${faults.length} faults (${byKind.join(', ')})`,
    `${accepted} orders accepted, ${cancelled} cancelled by customers, ${events} events; settled after ${(settledMs / 1000).toFixed(1)} s`,
    `transactions met by a fault: ${Object.entries(report.failedTransactions)
      .map(([error, count]) => `${count} ${error}`)
      .join(', ')}`,
    ...(ownEnds.length > 0 ? [`ended by themselves: ${ownEnds.join('; ')}`] : []),
    `${checks.length - failed.length} of ${checks.length} checks hold`,
    ...failed.map(
      ({ name, expected, actual }) => `  FAILED ${name}: expected ${JSON.stringify(expected)}, observed ${JSON.stringify(actual)}`,
    ),
    ...(failed.length > 0 ? [`data and output of the processes: ${directory}`] : []),
  ]
    .map((line) => `${line}\n`)
    .join('')
}
