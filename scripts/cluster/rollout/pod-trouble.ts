import type { CoreV1Event, V1ContainerStatus, V1Pod } from '@kubernetes/client-node'

/** Why a pod is not ready. */
export interface Trouble {
  readonly pod: string
  /** The container whose log tells more; absent when none has started. */
  readonly container?: string
  /** One line for a person. */
  readonly reason: string
  /** Waiting will not mend it. */
  readonly final: boolean
}

/** Reasons of a waiting container that time alone does not mend. */
const finalReasons = [
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImagePullBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]
/** A crash may be a dependency that is not up yet; after so many it is the program. */
const finalRestarts = 4
/** Milliseconds that a pod may wait for room: in a rolling update an old pod makes some within its termination grace of 30 s. */
const waitForRoomMs = 60_000

/**
 * Reads a pod's status and its latest warnings.
 * @param events of this pod, oldest first
 * @param now ms since the epoch
 * @returns undefined when the pod is ready or has done its work
 */
export function podTrouble(pod: V1Pod, events: readonly CoreV1Event[], now: number): Trouble | undefined {
  const name = pod.metadata?.name ?? ''
  const { conditions = [], phase, containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {}
  if (phase === 'Succeeded' || conditions.some(({ type, status }) => type === 'Ready' && status === 'True')) return undefined

  const unscheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False')
  if (unscheduled) {
    const since = unscheduled.lastTransitionTime?.getTime() ?? now
    const reason = `cannot be scheduled: ${unscheduled.message ?? unscheduled.reason}`
    return { pod: name, reason, final: now - since > waitForRoomMs }
  }

  for (const container of [...initContainerStatuses, ...containerStatuses]) {
    const reason = containerTrouble(container)
    if (reason) return { pod: name, container: container.name, ...reason }
  }
  const warning = events.filter(({ type }) => type === 'Warning').at(-1)
  const unready = containerStatuses.find(({ ready, started }) => started && !ready)
  if (warning) {
    return { pod: name, ...(unready && { container: unready.name }), reason: `${warning.reason}: ${warning.message}`, final: false }
  }
  return {
    pod: name,
    ...(unready && { container: unready.name }),
    reason: unready ? `${unready.name} is not ready yet` : 'is starting',
    final: false,
  }
}

function containerTrouble({ name, state, lastState, restartCount }: V1ContainerStatus): { reason: string; final: boolean } | undefined {
  const waiting = state?.waiting
  const ended = state?.terminated ?? lastState?.terminated
  if (ended?.reason === 'StartError') return { reason: `${name} cannot start: ${ended.message}`, final: true }
  if (ended && ended.exitCode !== 0 && (state?.terminated || waiting)) {
    const how = ended.reason === 'OOMKilled' ? 'was killed for lack of memory (OOMKilled)' : `ended with exit code ${ended.exitCode}`
    return { reason: `${name} ${how}, ${restartCount} restarts`, final: restartCount >= finalRestarts }
  }
  if (waiting?.reason && finalReasons.includes(waiting.reason)) {
    return { reason: `${name}: ${waiting.reason}${waiting.message ? `, ${waiting.message}` : ''}`, final: true }
  }
  return undefined
}
