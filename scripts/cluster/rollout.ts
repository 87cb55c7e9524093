import { setTimeout as delay } from 'node:timers/promises'
import { AppsV1Api, BatchV1Api, CoreV1Api, type KubeConfig } from '@kubernetes/client-node'
import { ClusterError } from './cluster-error.ts'
import { podTrouble, type Trouble } from './pod-trouble.ts'

/** Between two looks at the cluster. */
const lookEveryMs = 500
const logLines = 15

/**
 * Waits until every Deployment and StatefulSet of the namespace runs its newest template with all replicas ready and every Job is done.
 * @param progress gets a line when the picture changes, e.g. `7 of 12 ready, waiting for orders, kafka`
 * @param deadlineMs bound of the whole wait
 * @throws ClusterError that says which pod is in trouble, why, and its last log lines
 */
export async function waitForRollout(
  config: KubeConfig,
  namespace: string,
  { deadlineMs, progress, signal }: { deadlineMs: number; progress: (line: string) => void; signal?: AbortSignal },
): Promise<void> {
  const until = Date.now() + deadlineMs
  let shown = ''
  for (;;) {
    const { ready, waiting } = await rolledOut(config, namespace)
    if (waiting.length === 0) return
    const line = `${ready} of ${ready + waiting.length} ready, waiting for ${waiting.join(', ')}`
    if (line !== shown) progress(line)
    shown = line
    const troubles = await findTroubles(config, namespace)
    const final = troubles.find((trouble) => trouble.final)
    if (final || Date.now() > until) throw await explain(config, namespace, final ? [final] : troubles, deadlineMs)
    await delay(lookEveryMs, undefined, { ...(signal && { signal }) })
  }
}

async function rolledOut(config: KubeConfig, namespace: string): Promise<{ ready: number; waiting: string[] }> {
  const apps = config.makeApiClient(AppsV1Api)
  const [deployments, statefulSets, jobs] = await Promise.all([
    apps.listNamespacedDeployment({ namespace }),
    apps.listNamespacedStatefulSet({ namespace }),
    config.makeApiClient(BatchV1Api).listNamespacedJob({ namespace }),
  ])
  const states = [
    ...deployments.items.map(({ metadata, spec, status }) => ({
      name: metadata?.name ?? '',
      done:
        (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0) &&
        status?.updatedReplicas === spec?.replicas &&
        status?.availableReplicas === spec?.replicas &&
        status?.replicas === spec?.replicas,
    })),
    ...statefulSets.items.map(({ metadata, spec, status }) => ({
      name: metadata?.name ?? '',
      done:
        (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0) &&
        status?.updatedReplicas === spec?.replicas &&
        status?.readyReplicas === spec?.replicas,
    })),
    ...jobs.items.map(({ metadata, status }) => ({ name: metadata?.name ?? '', done: (status?.succeeded ?? 0) > 0 })),
  ]
  return { ready: states.filter(({ done }) => done).length, waiting: states.filter(({ done }) => !done).map(({ name }) => name) }
}

async function findTroubles(config: KubeConfig, namespace: string): Promise<Trouble[]> {
  const core = config.makeApiClient(CoreV1Api)
  const [pods, events] = await Promise.all([core.listNamespacedPod({ namespace }), core.listNamespacedEvent({ namespace })])
  const time = (event: { lastTimestamp?: Date; eventTime?: Date }) => (event.lastTimestamp ?? event.eventTime ?? new Date(0)).getTime()
  const inOrder = events.items.sort((a, b) => time(a) - time(b))
  return pods.items.flatMap((pod) => {
    // A pod that is being removed is no longer anybody's concern.
    if (pod.metadata?.deletionTimestamp) return []
    const trouble = podTrouble(
      pod,
      inOrder.filter(({ involvedObject }) => involvedObject.name === pod.metadata?.name),
    )
    return trouble ? [trouble] : []
  })
}

async function explain(config: KubeConfig, namespace: string, troubles: readonly Trouble[], deadlineMs: number): Promise<ClusterError> {
  const [first] = troubles
  if (!first) return new ClusterError(`Not everything was ready after ${deadlineMs / 1000} s, though no pod reports a problem; try again.`)
  const others = troubles.length > 1 ? ` (and ${troubles.length - 1} more pods)` : ''
  const log = first.container ? await lastLines(config, namespace, first.pod, first.container) : ''
  return new ClusterError(`Pod ${first.pod} ${first.reason}${others}${log && `\nIts last log lines:\n${log}`}`)
}

async function lastLines(config: KubeConfig, namespace: string, name: string, container: string): Promise<string> {
  const core = config.makeApiClient(CoreV1Api)
  const read = (previous: boolean) => core.readNamespacedPodLog({ namespace, name, container, previous, tailLines: logLines })
  // The container that crashed is the previous one; when there is none, the present one speaks.
  const log = await read(true).catch(() => read(false)).catch(() => '')
  return (log ?? '').trimEnd().split('\n').filter(Boolean).map((line) => `  ${line}`).join('\n')
}
