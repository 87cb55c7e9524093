import { CoreV1Api, type CoreV1Event, type KubeConfig, type V1Pod } from '@kubernetes/client-node'
import { ClusterError } from './cluster-error.ts'
import { podTrouble } from './pod-trouble.ts'

const logLines = 15

/** Pods that do not get ready → the first one's reason and its last log lines, and how many others there are. */
export async function explainTroubles(config: KubeConfig, pods: readonly V1Pod[]): Promise<ClusterError> {
  const core = config.makeApiClient(CoreV1Api)
  const troubles = await Promise.all(pods.map(async (pod) => ({ pod, trouble: podTrouble(pod, await warnings(core, pod), Date.now()) })))
  const [first, ...others] = troubles.filter(({ trouble }) => trouble)
  if (!first?.trouble) return new ClusterError('Pods became ready just after the time was up: run make deploy again.')
  const { pod, trouble } = first
  const more = others.length > 0 ? ` (and ${others.length} more: ${others.map(({ trouble }) => trouble?.pod).join(', ')})` : ''
  const log = trouble.container ? await lastLines(core, pod, trouble.container) : ''
  return new ClusterError(`Pod ${trouble.pod} ${trouble.reason}${more}${log && `\nIts last log lines:\n${log}`}`)
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
  const log = await read(true)
    .catch(() => read(false))
    .catch(() => '')
  const lines = (log ?? '').trimEnd().split('\n').filter(Boolean)
  return lines.map((line) => `  ${line}`).join('\n')
}
