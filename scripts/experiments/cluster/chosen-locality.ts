import type { V1Pod } from '@kubernetes/client-node'

/** Istio's label of a pod that is not where its node is; istiod follows a change of it at a pod that runs, for calls to and from it. */
const localityLabel = 'istio-locality'
/** On a pod whose locality a run has chosen: what its label said before; empty when it had none. */
const beforeAnnotation = 'experiment.breakwater.dev/locality-before'

/** What is merged into a pod; null takes away. */
interface Patch {
  readonly metadata: Readonly<Record<'labels' | 'annotations', Readonly<Record<string, string | null>>>>
}

const keptIn = ({ metadata }: V1Pod): string | undefined => metadata?.annotations?.[beforeAnnotation]

export const isChosen = (pod: V1Pod): boolean => keptIn(pod) !== undefined

/** One write changes both, so a killed run loses nothing. Chosen once more: what it was at first is kept. */
export const withChosen = (pod: V1Pod, locality: string): Patch => ({
  metadata: {
    labels: { [localityLabel]: locality },
    annotations: { [beforeAnnotation]: keptIn(pod) ?? pod.metadata?.labels?.[localityLabel] ?? '' },
  },
})

/** Undefined: nobody has chosen one, so there is nothing to take back. */
export function withoutChosen(pod: V1Pod): Patch | undefined {
  const before = keptIn(pod)
  if (before === undefined) return undefined
  return { metadata: { labels: { [localityLabel]: before === '' ? null : before }, annotations: { [beforeAnnotation]: null } } }
}
