import type { SagaStep } from './saga-step.ts'

const causesOf = ({ causes, refusals }: SagaStep): string => [...causes, ...refusals.map((code) => `(refused ${code})`)].join(', ')

/** The choreography as one table: what leads to which command, and what that may cause. */
export function sagaText(steps: readonly SagaStep[]): string {
  const rows = steps.map((step) => [step.because.join(', '), `${step.service} ${step.command}`, causesOf(step)] as const)
  const head = ['because of', 'is told', 'which may cause'] as const
  const widths = [0, 1].map((column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return `${[head, ...rows].map(line).join('\n')}\n`
}
