import { isDeepStrictEqual } from 'node:util'
import type { Host, Replica } from '../../../access/replica.ts'
import { poll } from '../../../checks/poll.ts'
import { priorities } from '../../../envoy-admin/priorities.ts'
import type { Action } from '../../core/action.ts'
import { type Destination, outboundCluster } from '../../core/destination.ts'
import type { Target } from '../../core/target.ts'

/** Which replicas live together with the callers, and which elsewhere. */
export interface Zones {
  readonly destination: Destination
  readonly callers: readonly Replica[]
  readonly near: readonly Host[]
  readonly far: readonly Host[]
}

/** https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/before-you-begin/ */
const [nearZone, farZone] = ['experiment.zone-a', 'experiment.zone-b']
/** Rendering, a file watch and a warm-up; a cluster's istiod pushes in about as long. */
const live = { timeoutMs: 20_000, everyMs: 100 }

/** Names of hosts that a caller's proxy prefers, sorted. */
export async function preferred(target: Target, caller: Replica, { destination, near, far }: Omit<Zones, 'callers'>): Promise<string[]> {
  const found = await priorities(target.admin(caller), outboundCluster(destination))
  return [...near, ...far]
    .filter(({ address }) => found.get(address) === 0)
    .map(({ name }) => name)
    .sort()
}

/** Puts callers and replicas into zones; in force when the callers' proxies prefer those of their own. The rollback waits likewise. */
export function giveZones(target: Target, zones: Zones): Action {
  const { callers, near, far } = zones
  const placed = [
    ...[...callers, ...near].map((replica) => ({ replica, zone: nearZone })),
    ...far.map((replica) => ({ replica, zone: farZone })),
  ]
  const ask = () => Promise.all(callers.map((caller) => preferred(target, caller, zones)))
  const until = async (wanted: readonly string[][], what: string): Promise<void> => {
    const last = await poll(ask, (each) => isDeepStrictEqual(each, wanted), live)
    if (!isDeepStrictEqual(last, wanted)) throw new Error(`${what} not in force within ${live.timeoutMs / 1000} s`)
  }
  /** Of a mesh that has zones of its own, callers prefer something without ours, too. */
  let before: string[][] | undefined
  return {
    description: 'the zones of replicas',
    apply: async () => {
      before = await ask()
      for (const { replica, zone } of placed) await target.setLocality(replica, zone)
      const names = near.map(({ name }) => name).sort()
      await until(
        callers.map(() => names),
        'zones are',
      )
    },
    rollback: async () => {
      for (const { replica } of placed) await target.setLocality(replica, undefined)
      if (before) await until(before, 'the places that replicas had are')
    },
  }
}
