import type { Check } from './check.ts'
import { readable } from './readable.ts'
import { type ExperimentResult, passed } from './result.ts'

/** Results → a table for the terminal, with every check that failed below it. */
export function verdictTable(results: readonly ExperimentResult[]): string {
  const held = (checks: readonly Check[]) => `${checks.filter(({ holds }) => holds).length}/${checks.length}`
  const rows = [
    ['experiment', 'verdict', 'checks', 'negative control', 'invariants', 'undone', 'time'],
    ...results.map((result) => [
      result.name,
      passed(result) ? 'passed' : 'FAILED',
      held(result.checks),
      result.negativeControl.failedAsItMust ? 'failed as it must' : 'DID NOT FAIL',
      held(result.invariants),
      result.undo.done ? 'yes' : 'NO',
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

const faults = ({ name, checks, invariants, undo }: ExperimentResult): string[] => [
  ...[...checks, ...invariants]
    .filter(({ holds }) => !holds)
    .map(({ what, expected, observed }) => `  ${name}: ${what}: expected ${readable(expected)}, observed ${readable(observed)}`),
  ...undo.remains.map((remains) => `  ${name}: left behind: ${remains}`),
]
