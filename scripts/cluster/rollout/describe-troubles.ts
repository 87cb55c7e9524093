import { remedyOf } from '../remedy.ts'
import { newestMessages } from './newest-messages.ts'
import type { Trouble } from './pod-trouble.ts'

/** A pod's trouble, with where it runs and what its container said last. */
export interface TroubledPod extends Trouble {
  readonly namespace: string
  /** Last lines of its container's log; empty when there is none. */
  readonly log: string
}

/** Messages of one pod that are shown. */
const messagesEach = 3

/**
 * Pods that do not get ready → a line of cause for each, beneath it what it said and none before it has, what to do, and where to read more.
 * @param context of the kubeconfig
 * @param width characters of a line
 */
export function describeTroubles(pods: readonly TroubledPod[], context: string, width: number): string {
  const shown = new Set<string>()
  const lines = pods.flatMap(({ pod, reason, log }) => {
    const news = newestMessages(log, messagesEach).filter((message) => !shown.has(message))
    for (const message of news) shown.add(message)
    return [cut(`  ${pod}: ${reason}`, width), ...news.map((message) => cut(`    ${message}`, width))]
  })
  const remedies = new Set(pods.flatMap(({ reason, log }) => remedyOf(`${reason}\n${log}`) ?? []))
  const [first] = pods
  const more = first && `More: kubectl --context ${context} -n ${first.namespace} ${moreOf(first)}`
  return [pods.length === 1 ? 'A pod does not get ready:' : `${pods.length} pods do not get ready:`, ...lines, ...remedies, more]
    .filter(Boolean)
    .join('\n')
}

const moreOf = ({ pod, container }: TroubledPod): string => (container ? `logs ${pod} -c ${container}` : `describe pod ${pod}`)

const cut = (text: string, width: number): string => {
  const line = text.replaceAll(/\s*\n\s*/g, ' ')
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`
}
