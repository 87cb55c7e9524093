import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { ApiException, type CoordinationV1Api, type V1Lease, V1MicroTime } from '@kubernetes/client-node'
import { AnotherRun, type RunLock } from './run-lock.ts'

/** Where the lock of a cluster's experiments is kept, so that runs of other machines see it. */
export interface LeasePlace {
  readonly namespace: string
  readonly name: string
}

export interface LeaseTimes {
  /** A holder that has not renewed for this long has ended. */
  readonly durationSeconds: number
  readonly renewEveryMs: number
}

const usual: LeaseTimes = { durationSeconds: 15, renewEveryMs: 4_000 }

/**
 * A Lease, renewed while the run lasts. One that nobody renews while this run watches it is taken over: clocks are not compared.
 * @throws AnotherRun as soon as its holder renews it
 */
export async function leaseLock(api: CoordinationV1Api, { namespace, name }: LeasePlace, times = usual): Promise<RunLock> {
  const { durationSeconds, renewEveryMs } = times
  const holderIdentity = `${hostname()}/${process.pid}`
  const spec = () => ({ holderIdentity, leaseDurationSeconds: durationSeconds, renewTime: new V1MicroTime() })
  const read = (): Promise<V1Lease | undefined> => api.readNamespacedLease({ namespace, name }).catch(unlessStatus(404))
  const create = () =>
    api.createNamespacedLease({ namespace, body: { metadata: { name, namespace }, spec: spec() } }).catch(unlessStatus(409))
  /** Undefined when somebody else has written it since. */
  const replace = (lease: V1Lease) =>
    api.replaceNamespacedLease({ namespace, name, body: { ...lease, spec: spec() } }).catch(unlessStatus(404, 409))

  const acquire = async (): Promise<V1Lease> => {
    for (;;) {
      const held = await read()
      const mine = held === undefined ? await create() : await replace(await abandoned(held, read, times))
      if (mine !== undefined) return mine
    }
  }
  let lease = await acquire()
  const [lost, released] = [new AbortController(), new AbortController()]
  const renewing = (async () => {
    let renewedAt = performance.now()
    while (!released.signal.aborted) {
      await delay(renewEveryMs, undefined, { signal: released.signal }).catch(() => {})
      if (released.signal.aborted) return
      try {
        const renewed = await replace(lease)
        if (renewed === undefined) return lost.abort(new Error('another run has taken the lock over'))
        lease = renewed
        renewedAt = performance.now()
      } catch {
        // Tried again until others must take this run for ended.
        if (performance.now() - renewedAt > durationSeconds * 1000) return lost.abort(new Error('the lock could not be renewed in time'))
      }
    }
  })()
  return {
    lost: lost.signal,
    release: async () => {
      released.abort()
      await renewing
      const resourceVersion = lease.metadata?.resourceVersion
      if (lost.signal.aborted || resourceVersion === undefined) return
      await api.deleteNamespacedLease({ namespace, name, body: { preconditions: { resourceVersion } } }).catch(unlessStatus(404, 409))
    },
  }
}

/** Watches a held lease for as long as it is good. @throws AnotherRun */
async function abandoned(held: V1Lease, read: () => Promise<V1Lease | undefined>, times: LeaseTimes): Promise<V1Lease> {
  const until = performance.now() + (held.spec?.leaseDurationSeconds ?? times.durationSeconds) * 1000
  while (performance.now() < until) {
    await delay(Math.min(1_000, times.renewEveryMs))
    const now = await read()
    if (now === undefined) return held
    if (now.metadata?.resourceVersion !== held.metadata?.resourceVersion)
      throw new AnotherRun(now.spec?.holderIdentity ?? 'its holder is not named')
  }
  return held
}

/** An answer with one of these statuses is no error but "no". */
const unlessStatus =
  (...statuses: number[]) =>
  (error: unknown): undefined => {
    if (error instanceof ApiException && statuses.includes(error.code)) return undefined
    throw error
  }
