import type { RunPhase } from '../../../experiments/core/run-news.ts'
import type { LastResult } from '../../experiments/last-results.ts'
import type { RunState, ShownCheck } from '../../experiments/run-state.ts'

/** One check, of the run and of its negative control beside it. */
export interface ComparedCheck {
  readonly name: string
  readonly expected: string
  /** Absent while it is not measured, as the next. */
  readonly withRule?: ShownCheck
  readonly withoutRule?: ShownCheck
}

export const phases: readonly RunPhase[] = ['steady state', 'observation', 'steady state again', 'negative control', 'invariants']

export type StepState = 'done' | 'now' | 'to come'

/** Where a run is: a steady state is looked for twice more, and the last of them belongs to the control. */
export function steps({ phase, ended, checks }: RunState): readonly { readonly name: RunPhase; readonly state: StepState }[] {
  const isAfterControl = phase === 'steady state again' && checks['negative control'] !== undefined
  const at = phase === undefined ? -1 : phases.indexOf(isAfterControl ? 'negative control' : phase)
  return phases.map((name, index) => ({
    name,
    state:
      index < at || (ended !== undefined && checks[name] !== undefined) ? 'done' : index === at && ended === undefined ? 'now' : 'to come',
  }))
}

/** Checks in their order, those of the control beside them. Before they are measured: those that the last run had, if there was one. */
export function compare(
  measured: readonly ShownCheck[] | undefined,
  control: readonly ShownCheck[] | undefined,
  last: LastResult | undefined,
  isOver: boolean,
): readonly ComparedCheck[] {
  const listed = measured ?? (isOver ? [] : (last?.checks ?? []))
  const ofControl = groupByName(control ?? [])
  const rows = listed.map((check): ComparedCheck => {
    const withoutRule = ofControl.get(check.name)?.shift()
    return { name: check.name, expected: check.expected, ...(measured && { withRule: check }), ...(withoutRule && { withoutRule }) }
  })
  const rest = [...ofControl.values()]
    .flat()
    .map((check): ComparedCheck => ({ name: check.name, expected: check.expected, withoutRule: check }))
  return [...rows, ...rest]
}

const groupByName = (checks: readonly ShownCheck[]): Map<string, ShownCheck[]> => Map.groupBy(checks, ({ name }) => name)

export interface VerdictWords {
  readonly text: string
  readonly tone: 'good' | 'bad' | 'warn'
}

const verdicts: Readonly<Record<NonNullable<RunState['ended']>['verdict'], VerdictWords>> = {
  pass: { text: '✓ passed', tone: 'good' },
  fail: { text: '✗ failed', tone: 'bad' },
  inconclusive: { text: '? inconclusive', tone: 'warn' },
  aborted: { text: '■ aborted', tone: 'warn' },
  error: { text: '✗ did not run', tone: 'bad' },
}

export const verdictWords = (verdict: keyof typeof verdicts | LastResult['verdict']): VerdictWords => verdicts[verdict]

/** `3 min ago` */
export function ago(startedAt: string, nowMs: number): string {
  const minutes = Math.round((nowMs - Date.parse(startedAt)) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`
}
