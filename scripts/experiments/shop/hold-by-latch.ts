import { poll } from '../../checks/poll.ts'
import type { Holder } from '../core/pool/held-requests.ts'
import { readLatches, release, releaseAll } from './latches.ts'
import { startProbeRun } from './probe-run.ts'
import type { ShopTarget } from './shop-target.ts'

/** Longer than a round. */
const heldWithinMs = 20_000
const single = { concurrency: 1, timeoutMs: 5_000 }
const singlyWithin = { timeoutMs: 20_000, everyMs: 20 }

/** Holds the requests that probe sends at a latch of httpbin: exactly until it is opened. */
export const holdByLatch: Holder<ShopTarget> = {
  begin: async (target, { caller, hosts, label }) => {
    const held = async () => Promise.all(hosts.map(async (host) => (await readLatches(target, host)).held[label] ?? 0))
    return {
      send: async (count) => {
        const run = { service: 'httpbin', path: `/hold/${label}`, count, concurrency: count, timeoutMs: heldWithinMs }
        const at = Date.now()
        const read = await startProbeRun(target, caller, run)
        return async () => {
          const { done, records } = await read()
          return { done, answers: records.map((record) => ({ ...record, at })) }
        }
      },
      active: async () => (await held()).reduce((sum, one) => sum + one, 0),
      release: async () => void (await Promise.all(hosts.map((host) => release(target, host, label)))),
      cutShort: () => undefined,
    }
  },
  singly: async (target, caller, { count, signal }) => {
    let at = Date.now()
    const read = await startProbeRun(target, caller, { service: 'httpbin', path: '/get', count, ...single })
    const { records } = await poll(read, ({ done }) => done, { ...singlyWithin, ...(signal && { signal }) })
    // Each begins when the one before has ended.
    return records.map((record) => {
      const sent = { ...record, at }
      at += record.ms
      return sent
    })
  },
  seen: async (target, hosts) => {
    const each = await Promise.all(hosts.map(async (host) => (await readLatches(target, host)).seen))
    return each.reduce((sum, one) => sum + one, 0)
  },
  releaseAll: async (target, hosts) => void (await Promise.all(hosts.map((host) => releaseAll(target, host)()))),
}
