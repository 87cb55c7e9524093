import type { SagaStep } from './saga-step.ts'

/** One arrow of the choreography: what a command comes from, leads to, or is refused with. */
export interface SagaEdge {
  readonly service: string
  readonly command: string
  readonly kind: 'because' | 'causes' | 'refusals'
  readonly what: string
}

export const edgeName = ({ service, command, kind, what }: SagaEdge): string => `${service} ${command} ${arrows[kind]} ${what}`

const arrows = { because: '←', causes: '→', refusals: '✗' } as const

/** The page as arrows. */
export const edgesOf = (steps: readonly SagaStep[]): readonly SagaEdge[] =>
  steps.flatMap(({ service, command, ...step }) =>
    (['because', 'causes', 'refusals'] as const).flatMap((kind) => step[kind].map((what) => ({ service, command, kind, what }))),
  )

/** What has happened and is not on the page. */
export function strangeTo(steps: readonly SagaStep[], counts: ReadonlyMap<string, number>): readonly string[] {
  const page = new Set(edgesOf(steps).map(edgeName))
  return [...counts.keys()].filter((name) => !page.has(name))
}
