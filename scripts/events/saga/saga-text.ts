import type { SagaStep } from './saga-step.ts'

/** The choreography as one page: each command with what leads to it and what it may cause. */
export const sagaText = (steps: readonly SagaStep[]): string => steps.map(paragraph).join('\n')

function paragraph({ service, command, because, causes, refusals }: SagaStep): string {
  const lines = [
    `${service} ${command}`,
    `  because of  ${because.join(', ')}`,
    `  may cause   ${causes.join(', ')}`,
    ...(refusals.length > 0 ? [`  or refuse   ${refusals.join(', ')}`] : []),
  ]
  return `${lines.join('\n')}\n`
}
