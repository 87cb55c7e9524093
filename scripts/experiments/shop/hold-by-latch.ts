import { poll } from '../../checks/poll.ts'
import type { Holder, Sending } from '../core/pool/held-requests.ts'
import { readLatches, release, releaseAll } from './latches.ts'
import { type ProbeProgress, startProbeRun } from './probe-run.ts'
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
        const read = await startProbeRun(target, caller, run)
        return async () => asSending(await read())
      },
      active: async () => (await held()).reduce((sum, one) => sum + one, 0),
      release: async () => void (await Promise.all(hosts.map((host) => release(target, host, label)))),
      cutShort: () => undefined,
    }
  },
  singly: async (target, caller, { count, signal }) => {
    const read = await startProbeRun(target, caller, { service: 'httpbin', path: '/get', count, ...single })
    return asSending(await poll(read, ({ done }) => done, { ...singlyWithin, ...(signal && { signal }) })).answers
  },
  seen: async (target, hosts) => {
    const each = await Promise.all(hosts.map(async (host) => (await readLatches(target, host)).seen))
    return each.reduce((sum, one) => sum + one, 0)
  },
  releaseAll: async (target, hosts) => void (await Promise.all(hosts.map((host) => releaseAll(target, host)()))),
}

const asSending = ({ done, records }: ProbeProgress): Sending => ({ done, answers: records })
