import type { Replica } from '../../../access/replica.ts'
import { hosts as hostsOf } from '../../../envoy-admin/clusters.ts'
import { type Destination, outboundCluster } from '../destination.ts'
import { delayRequests, faultsIn } from '../http-fault.ts'
import type { SentRequest } from '../sent-request.ts'
import type { Target } from '../target.ts'
import { sendOutbound } from '../traffic.ts'
import type { Holder, Holding } from './held-requests.ts'

/** What is not held is answered or refused within this time. */
const singleWithinMs = 2_000
/** A round takes as long as its requests are held, and counting takes longer now and then. */
const spare = 3

/** For how long requests are held, ms. */
export interface HoldTime {
  /** In the first round. Later ones go by what counting has taken. */
  readonly firstMs: number
  readonly leastMs: number
  /** Nothing on their way may end them earlier. */
  readonly mostMs: number
}

/**
 * Holds requests in the proxies of the hosts, by a delay fault, so that the app needs no latch. Each is held for its time from when it comes,
 * whatever happens: a round must have counted by then.
 */
export function holdByDelay({ destination, path, hold }: { destination: Destination; path: string; hold: HoldTime }): Holder<Target> {
  let nextMs = hold.firstMs
  const counted = (tookMs: number) => {
    nextMs = Math.round(Math.min(hold.mostMs, Math.max(hold.leastMs, spare * tookMs)))
  }
  return {
    begin: async (target, { caller, hosts }) => {
      const holdMs = nextMs
      const delays = hosts.map((host) => delayRequests(target, host, { ms: holdMs }))
      await Promise.all(delays.map(({ apply }) => apply()))
      return holding(caller, {
        counted,
        send: () => sendOutbound(target, caller, { destination, path, withinMs: 3 * holdMs }),
        active: async () => activeAt(await hostsOf(target.admin(caller), outboundCluster(destination))),
        release: async () => void (await Promise.all(delays.map(({ rollback }) => rollback()))),
        holdMs,
      })
    },
    singly: async (target, caller, { count, untilServed, signal }) => {
      const answers: SentRequest[] = []
      for (let n = 0; n < count; n++) {
        signal?.throwIfAborted()
        const answer = await sendOutbound(target, caller, { destination, path, withinMs: singleWithinMs })
        answers.push(answer)
        if (untilServed && !answer.overloaded) break
      }
      return answers
    },
    seen: async () => undefined,
    releaseAll: async (target, hosts) => {
      for (const { remove } of await faultsIn(target, hosts)) await remove()
    },
  }
}

const activeAt = (hosts: readonly { readonly active: number }[]): number => hosts.reduce((sum, { active }) => sum + active, 0)

interface Means extends Pick<Holding, 'active' | 'release'> {
  readonly send: () => Promise<SentRequest>
  readonly holdMs: number
  readonly counted: (tookMs: number) => void
}

function holding(caller: Replica, { send, active, release, holdMs, counted }: Means): Holding {
  let firstSentAt: number | undefined
  return {
    active,
    release,
    send: async (count) => {
      firstSentAt ??= performance.now()
      const answers: SentRequest[] = []
      for (let n = 0; n < count; n++) void send().then((answer) => answers.push(answer))
      return async () => ({ done: answers.length === count, answers: [...answers] })
    },
    cutShort: (countedAt) => {
      const tookMs = countedAt - (firstSentAt ?? countedAt)
      counted(tookMs)
      return tookMs < holdMs
        ? undefined
        : `this machine is too slow to judge: requests of ${caller.name} were held for ${holdMs} ms, and counting took ${Math.round(tookMs)} ms`
    },
  }
}
