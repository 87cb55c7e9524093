import type { V1ContainerStatus, V1Pod, V1PodStatus } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { podTrouble } from '../../../../../scripts/cluster/rollout/pod-trouble.ts'

const now = Date.UTC(2026, 10, 24)
const pod = (status: V1PodStatus): V1Pod => ({ metadata: { name: 'orders-1' }, status: { phase: 'Running', ...status } })
const container = (status: Partial<V1ContainerStatus>): V1ContainerStatus => ({
  name: 'orders',
  image: '',
  imageID: '',
  ready: false,
  restartCount: 0,
  ...status,
})
const troubleOf = (status: Partial<V1ContainerStatus>) => podTrouble(pod({ containerStatuses: [container(status)] }), [], now)
const warning = (message: string) => ({ type: 'Warning', reason: 'Unhealthy', message, metadata: {}, involvedObject: {} })

test('a ready pod and one that has done its work have no trouble', () => {
  expect(podTrouble(pod({ conditions: [{ type: 'Ready', status: 'True' }] }), [], now)).toBeUndefined()
  expect(podTrouble(pod({ phase: 'Succeeded' }), [], now)).toBeUndefined()
})

test('an image that cannot be had is final, and said with its name', () => {
  const waiting = { reason: 'ErrImageNeverPull', message: 'Container image "breakwater/orders:x" is not present' }
  expect(troubleOf({ state: { waiting } })).toEqual({
    pod: 'orders-1',
    container: 'orders',
    reason: 'orders: ErrImageNeverPull, Container image "breakwater/orders:x" is not present',
    final: true,
  })
})

test('a crash is final only when it repeats: the first may be a dependency that was not up yet', () => {
  const crashed = (restartCount: number) =>
    troubleOf({ restartCount, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 78 } } })
  expect(crashed(1)).toMatchObject({ reason: 'orders ended with exit code 78, 1 restarts', final: false })
  expect(crashed(4)).toMatchObject({ final: true })
})

test('a program that the image does not have is final at once', () => {
  const terminated = { exitCode: 128, reason: 'StartError', message: 'exec: "node": executable file not found in $PATH' }
  expect(troubleOf({ state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated } })).toMatchObject({
    reason: 'orders cannot start: exec: "node": executable file not found in $PATH',
    final: true,
  })
})

test('a container killed for lack of memory says so', () => {
  expect(troubleOf({ state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } })?.reason).toBe(
    'orders was killed for lack of memory (OOMKilled), 0 restarts',
  )
})

test('an init container in trouble comes before the containers that wait for it', () => {
  const blocked = podTrouble(
    pod({
      initContainerStatuses: [container({ name: 'own-the-volume', state: { terminated: { exitCode: 1 } } })],
      containerStatuses: [container({ state: { waiting: { reason: 'PodInitializing' } } })],
    }),
    [],
    now,
  )
  expect(blocked).toMatchObject({ container: 'own-the-volume', reason: 'own-the-volume ended with exit code 1, 0 restarts' })
})

test('a pod without a place says what the scheduler says; after a minute no old pod will make room', () => {
  const message = '0/1 nodes are available: 1 Insufficient memory.'
  const unscheduled = (seconds: number) => {
    const lastTransitionTime = new Date(now - seconds * 1000)
    const conditions = [{ type: 'PodScheduled', status: 'False', message, lastTransitionTime }]
    return podTrouble(pod({ phase: 'Pending', conditions }), [], now)
  }
  const reason = 'cannot be scheduled: 0/1 nodes are available: 1 Insufficient memory.'
  expect(unscheduled(5)).toEqual({ pod: 'orders-1', reason, final: false })
  expect(unscheduled(61)).toEqual({ pod: 'orders-1', reason, final: true })
})

test('a probe that fails is told by the newest warning, with the container whose log says more', () => {
  const running = pod({ containerStatuses: [container({ started: true, state: { running: {} } })] })
  expect(podTrouble(running, [warning('older'), warning('Readiness probe failed: 503')], now)).toEqual({
    pod: 'orders-1',
    container: 'orders',
    reason: 'Unhealthy: Readiness probe failed: 503',
    final: false,
  })
  expect(podTrouble(running, [], now)).toMatchObject({ reason: 'orders is not ready yet' })
})
