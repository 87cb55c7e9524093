import { edgeName, edgesOf, strangeTo } from './saga-edges.ts'
import type { SagaStep } from './saga-step.ts'

/**
 * The choreography as one page: each command with what leads to it and what it may cause.
 * @param counts how often each arrow was gone along, from those who have looked
 */
export const sagaText = (steps: readonly SagaStep[], counts?: ReadonlyMap<string, number>): string =>
  steps.map((step) => paragraph(step, counts)).join('\n')

function paragraph(step: SagaStep, counts: ReadonlyMap<string, number> | undefined): string {
  const { service, command, refusals } = step
  const listed = (kind: 'because' | 'causes' | 'refusals') =>
    step[kind].map((what) => (counts ? `${what} ${counts.get(edgeName({ service, command, kind, what })) ?? 0}×` : what)).join(', ')
  const lines = [
    `${service} ${command}`,
    `  because of  ${listed('because')}`,
    `  may cause   ${listed('causes')}`,
    ...(refusals.length > 0 ? [`  or refuse   ${listed('refusals')}`] : []),
  ]
  return `${lines.join('\n')}\n`
}

/** What the log says about the page, in two lines. */
export function comparisonText(steps: readonly SagaStep[], counts: ReadonlyMap<string, number>): string {
  const page = edgesOf(steps).map(edgeName)
  const strange = strangeTo(steps, counts)
  const happened = page.filter((name) => counts.has(name)).length
  const off = strange.length === 0 ? 'nothing has happened that is not on the page' : `not on the page: ${strange.join('; ')}`
  return `${happened} of ${page.length} arrows have been gone along; ${off}\n`
}
