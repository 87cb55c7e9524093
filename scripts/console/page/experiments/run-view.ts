import type { RunPhase } from '../../../experiments/core/run-news.ts'
import type { LastResult } from '../../experiments/last-results.ts'
import type { RunState, ShownCheck } from '../../experiments/run-state.ts'

/** A check of the run, or one that the last run had and this has not come to yet. */
export type RowOfCheck = ShownCheck | { readonly name: string; readonly expected: string; readonly outcome: 'pending' }

export const phases: readonly RunPhase[] = ['steady state', 'observation', 'steady state again', 'negative control', 'invariants']

export type StepState = 'done' | 'now' | 'to come'

/** Where a run is: a steady state is looked for twice more, and the last of them belongs to the control. */
export function steps({ phase, ended, checks }: RunState): readonly { readonly name: RunPhase; readonly state: StepState }[] {
  const isAfterControl = phase === 'steady state again' && checks['negative control'] !== undefined
  const at = phase === undefined ? -1 : phases.indexOf(isAfterControl ? 'negative control' : phase)
  return phases.map((name, index) => ({
    name,
    state: ended?.verdict === 'pass' || index < at ? 'done' : index === at && ended === undefined ? 'now' : 'to come',
  }))
}

/** What was measured, and before that what will be, as far as the last run tells. */
export function rowsOf(measured: readonly ShownCheck[] | undefined, last: readonly ShownCheck[], isOver: boolean): readonly RowOfCheck[] {
  if (measured !== undefined) return measured
  return isOver ? [] : last.map(({ name, expected }) => ({ name, expected, outcome: 'pending' }))
}

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
