import type { Check } from '../../checks/check.ts'
import { readable } from '../../checks/readable.ts'
import { type ExperimentResult, reasonOf, verdictWords } from './result.ts'

/** Results → a table for the terminal; below it why some could not be judged, every check that failed, and why. */
export function verdictTable(results: readonly ExperimentResult[]): string {
  const held = (checks: readonly Check[]) => `${checks.filter(({ passed }) => passed).length}/${checks.length}`
  const rows = [
    ['experiment', 'verdict', 'checks', 'negative control', 'invariants', 'undone', 'time'],
    ...results.map((result) => [
      result.name,
      verdictWords[result.verdict],
      held(result.checks),
      controlWords(result),
      held(result.invariants),
      result.rollback.done ? 'yes' : 'NO',
      `${(result.durationMs / 1000).toFixed(1)} s`,
    ]),
  ]
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [...table, ...results.flatMap(faults)].map((line) => `${line}\n`).join('')
}

/** A control whose checks were in doubt has not shown that the harness is blind. */
export function controlWords({ negativeControl, verdict }: ExperimentResult): string {
  if (negativeControl === undefined) return 'not run'
  if (negativeControl.failedAsItMust) return 'failed as it must'
  return verdict === 'fail' ? 'DID NOT FAIL' : 'not judged'
}

const faults = (result: ExperimentResult): string[] => {
  const { name: experiment, checks, invariants, reasons = [], rollback } = result
  const reason = reasonOf(result)
  return [
    ...(reason === undefined ? [] : [`  ${experiment}: ${result.verdict}: ${reason}`]),
    ...[...checks, ...invariants]
      .filter(({ passed }) => !passed)
      .map(({ name, expected, actual }) => `  ${experiment}: ${name}: expected ${readable(expected)}, observed ${readable(actual)}`),
    ...reasons.flatMap(({ field, because, wouldWork }) => [
      `  ${experiment}: why: ${because}`,
      `    field:      ${field}`,
      `    would work: ${wouldWork}`,
    ]),
    ...rollback.remains.map((remains) => `  ${experiment}: left behind: ${remains}`),
  ]
}
