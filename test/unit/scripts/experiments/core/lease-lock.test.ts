import { ApiException, type CoordinationV1Api, type V1Lease } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { leaseLock } from '../../../../../scripts/experiments/core/lease-lock.ts'
import { AnotherRun } from '../../../../../scripts/experiments/core/run-lock.ts'

const place = { namespace: 'shop', name: 'experiments' }
const times = { durationSeconds: 0.3, renewEveryMs: 20 }

/** An API server with one lease, which refuses to replace another version than the one that was read. */
function apiServer() {
  let lease: V1Lease | undefined
  let version = 0
  const reachable = { is: true }
  const answer = async <Result>(work: () => Result): Promise<Result> => {
    if (!reachable.is) throw new Error('no route to host')
    return work()
  }
  const refuse = (status: number): never => {
    throw new ApiException(status, '', {}, {})
  }
  const stored = (body: V1Lease): V1Lease => {
    version += 1
    lease = { ...body, metadata: { ...body.metadata, resourceVersion: String(version) } }
    return lease
  }
  const api = {
    readNamespacedLease: () => answer(() => lease ?? refuse(404)),
    createNamespacedLease: ({ body }: { body: V1Lease }) => answer(() => (lease ? refuse(409) : stored(body))),
    replaceNamespacedLease: ({ body }: { body: V1Lease }) =>
      answer(() => {
        if (lease === undefined) return refuse(404)
        return body.metadata?.resourceVersion === lease.metadata?.resourceVersion ? stored(body) : refuse(409)
      }),
    deleteNamespacedLease: () =>
      answer(() => {
        lease = undefined
      }),
  } as unknown as CoordinationV1Api
  return { api, reachable, lease: () => lease, put: stored }
}

test('a second run is refused as soon as the first renews its lease, and may run after its release', async () => {
  const { api, lease } = apiServer()
  const first = await leaseLock(api, place, times)
  const refused = leaseLock(api, place, times)
  await expect(refused).rejects.toThrow(AnotherRun)
  await expect(refused).rejects.toThrow(String(process.pid))
  await first.release()
  expect(lease()).toBeUndefined()
  await (await leaseLock(api, place, times)).release()
})

test('the lease of a killed run is taken over when nobody has renewed it for as long as it lasts', async () => {
  const { api, put } = apiServer()
  put({ metadata: { name: place.name }, spec: { holderIdentity: 'elsewhere/1', leaseDurationSeconds: 0.1 } })
  const lock = await leaseLock(api, place, times)
  expect(lock.lost.aborted).toBe(false)
  await lock.release()
})

test('of two that take an abandoned lease over, one runs', async () => {
  const { api, put } = apiServer()
  put({ metadata: { name: place.name }, spec: { holderIdentity: 'elsewhere/1', leaseDurationSeconds: 0.1 } })
  const begun = await Promise.allSettled([leaseLock(api, place, times), leaseLock(api, place, times)])
  expect(begun.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  for (const one of begun) if (one.status === 'fulfilled') await one.value.release()
})

test('a run that cannot renew its lease, or whose lease was taken, is told before others begin', async () => {
  const { api, reachable, put } = apiServer()
  const cut = await leaseLock(api, place, times)
  reachable.is = false
  await expect.poll(() => cut.lost.aborted, { timeout: 5_000 }).toBe(true)
  reachable.is = true
  await cut.release()

  put({ metadata: { name: place.name }, spec: { leaseDurationSeconds: 0 } })
  const taken = await leaseLock(api, place, times)
  put({ metadata: { name: place.name }, spec: { holderIdentity: 'elsewhere/2' } })
  await expect.poll(() => taken.lost.aborted, { timeout: 5_000 }).toBe(true)
  await taken.release()
})
