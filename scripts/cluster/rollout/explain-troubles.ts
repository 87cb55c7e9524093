import { CoreV1Api, type CoreV1Event, type KubeConfig, type V1Pod } from '@kubernetes/client-node'
import { ClusterError } from '../cluster-error.ts'
import { describeTroubles } from './describe-troubles.ts'
import { podTrouble } from './pod-trouble.ts'

/** Enough to pass over the stack traces among them. */
const logLines = 200
/** Columns, where there is no screen that says them. */
const width = 120

/** Pods that do not get ready → why, in a few lines that a person can read. */
export async function explainTroubles(config: KubeConfig, pods: readonly V1Pod[]): Promise<ClusterError> {
  const core = config.makeApiClient(CoreV1Api)
  const troubled = await Promise.all(
    pods.map(async (pod) => {
      const trouble = podTrouble(pod, await warnings(core, pod), Date.now())
      if (!trouble) return []
      const log = trouble.container ? await lastLines(core, pod, trouble.container) : ''
      return [{ ...trouble, namespace: pod.metadata?.namespace ?? '', log }]
    }),
  )
  const found = troubled.flat()
  if (found.length === 0) return new ClusterError('Pods became ready just after the time was up: run make deploy again.')
  return new ClusterError(describeTroubles(found, config.getCurrentContext(), process.stderr.columns || width))
}

/**
 * Nothing made a pod: a quota, a webhook or Pod Security refuses it.
 * @param owners uids of what should make them
 */
export async function explainMissingPods(
  config: KubeConfig,
  waiting: readonly string[],
  owners: ReadonlySet<string>,
): Promise<ClusterError> {
  const { items } = await config.makeApiClient(CoreV1Api).listEventForAllNamespaces({ fieldSelector: 'type=Warning,reason=FailedCreate' })
  const refusals = new Set(items.filter(({ involvedObject }) => owners.has(involvedObject.uid ?? '')).map(({ message = '' }) => message))
  const why = refusals.size > 0 ? [...refusals].at(-1) : 'kubectl describe tells why'
  return new ClusterError(`No pod was made for ${waiting.join(', ')}: ${why}.`)
}

/** Oldest first. */
async function warnings(core: CoreV1Api, { metadata }: V1Pod): Promise<CoreV1Event[]> {
  const { items } = await core.listNamespacedEvent({
    namespace: metadata?.namespace ?? '',
    fieldSelector: `involvedObject.uid=${metadata?.uid},type=Warning`,
  })
  const time = ({ lastTimestamp, eventTime }: CoreV1Event) => Number(lastTimestamp ?? eventTime ?? 0)
  return items.toSorted((a, b) => time(a) - time(b))
}

async function lastLines(core: CoreV1Api, { metadata }: V1Pod, container: string): Promise<string> {
  const { name = '', namespace = '' } = metadata ?? {}
  const read = (previous: boolean) => core.readNamespacedPodLog({ namespace, name, container, previous, tailLines: logLines })
  // The container that crashed is the previous one; when there is none, the present one speaks.
  return await read(true)
    .catch(() => read(false))
    .catch(() => '')
}
