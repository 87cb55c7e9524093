import { setTimeout as delay } from 'node:timers/promises'
import { poll } from '../../../checks/poll.ts'
import { hosts } from '../../../envoy-admin/clusters.ts'
import { clusterStats } from '../../../envoy-admin/stats.ts'
import { outboundCluster } from '../../core/destination.ts'
import { mergeWindowMs } from '../../core/ejection/steady-state.ts'
import { sendOutbound } from '../../core/traffic.ts'
import { shopDestination } from '../destinations.ts'
import { type Scene, soundPath } from './matrix-faults.ts'
import { type Acts, actsBetween, actsOf } from './policy-acts.ts'

/** One after another without a fault; with one that keeps them, more at once than the pool holds. */
const requests = 12
const everyMs = 60
/** Longer than the route lets a call take. */
const withinMs = 5_000
/** A killed process starts again, an ejection ends. */
const settling = { timeoutMs: 30_000, everyMs: 200 }

const destination = shopDestination('httpbin')

/** Sends requests at a steady pace, whatever becomes of them; returns how often each policy of the caller's proxy acted. */
export async function actsDuring({ target, caller }: Scene, path: string, signal: AbortSignal): Promise<Acts> {
  const acts = async () => actsOf(await clusterStats(target.admin(caller), outboundCluster(destination)))
  const before = await acts()
  const sent: Promise<unknown>[] = []
  for (let n = 0; n < requests && !signal.aborted; n++) {
    sent.push(sendOutbound(target, caller, { destination, path, withinMs }))
    await delay(everyMs, undefined, { signal }).catch(() => {})
  }
  await Promise.all(sent)
  signal.throwIfAborted()
  return actsBetween(before, await acts())
}

/** Waits until a request is answered, none is under way and nobody is ejected, and on until the next ejection counts at once. @throws Error when that does not come */
export async function awaitSound({ target, caller, host }: Scene, signal: AbortSignal): Promise<void> {
  const isSound = async () => {
    const { status } = await sendOutbound(target, caller, { destination, path: soundPath, withinMs })
    const seen = await hosts(target.admin(caller), outboundCluster(destination))
    return status === 200 && seen.length > 0 && seen.every(({ ejected, active }) => !ejected && active === 0)
  }
  if (!(await poll(isSound, (sound) => sound, { ...settling, signal })))
    throw new Error(`${host.name} does not answer as before within ${settling.timeoutMs / 1000} s`)
  await delay(mergeWindowMs, undefined, { signal })
}
