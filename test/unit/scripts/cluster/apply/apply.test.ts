import { ApiException, type KubernetesObject, type KubernetesObjectApi } from '@kubernetes/client-node'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { applyObjects } from '../../../../../scripts/cluster/apply/apply.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'kafka-topics-1', namespace: 'breakwater' } }

/** An API server that has the Job already, and takes `looks` looks to remove it. */
function server(looks: number) {
  let there: KubernetesObject | undefined = { ...job, metadata: { ...job.metadata, resourceVersion: '1' } }
  let deleted = false
  return {
    read: async () => {
      if (deleted && looks-- <= 0) there = undefined
      if (!there) throw new ApiException(404, 'gone', {}, {})
      return there
    },
    delete: async () => {
      deleted = true
    },
    patch: async () => {
      if (there) throw new ApiException(422, 'field is immutable', { message: 'field is immutable' }, {})
      there = { ...job, metadata: { ...job.metadata, resourceVersion: '2' } }
      return there
    },
  } as unknown as KubernetesObjectApi
}

test('a changed Job makes room for its successor', async () => {
  const applied = applyObjects(server(3), [job])
  await vi.advanceTimersByTimeAsync(1000)
  expect(await applied).toEqual(['Job/kafka-topics-1'])
})

test('one that does not go is waited for with a bound, and the command that tells why is given', async () => {
  const refused = expect(applyObjects(server(Number.POSITIVE_INFINITY), [job])).rejects.toThrow(
    'Job/kafka-topics-1 makes room for its successor, but is still there after 60 s: kubectl -n breakwater get pods -l job-name=kafka-topics-1',
  )
  await vi.advanceTimersByTimeAsync(61_000)
  await refused
})
