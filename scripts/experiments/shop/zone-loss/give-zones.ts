import type { Host, Replica } from '../../../access/replica.ts'
import { poll } from '../../../checks/poll.ts'
import { priorities } from '../../../envoy-admin/priorities.ts'
import type { Action } from '../../core/action.ts'
import { type Destination, outboundCluster } from '../../core/destination.ts'
import type { PolicyReference } from '../../core/policy-object.ts'
import type { Target } from '../../core/target.ts'

/** Which replicas live together with the callers, and which elsewhere. */
export interface Zones {
  readonly destination: Destination
  readonly callers: readonly Replica[]
  readonly near: readonly Host[]
  readonly far: readonly Host[]
}

/** https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/before-you-begin/ */
const localityLabel = 'istio-locality'
const [nearZone, farZone] = ['laptop.zone-a', 'laptop.zone-b']
/** Rendering, a file watch and a warm-up. */
const live = { timeoutMs: 20_000, everyMs: 100 }

/** Names of hosts that a caller's proxy prefers, sorted. */
export async function preferred(target: Target, caller: Replica, { destination, near, far }: Omit<Zones, 'callers'>): Promise<string[]> {
  const found = await priorities(target.admin(caller), outboundCluster(destination))
  return [...near, ...far]
    .filter(({ address }) => found.get(address) === 0)
    .map(({ name }) => name)
    .sort()
}

/**
 * Puts callers and replicas into zones by their pod labels; in force when the callers' proxies prefer those of their own.
 * @throws (from `apply`) in a cluster, where a proxy learns its zone when it starts
 */
export function giveZones(target: Target, zones: Zones): Action {
  const { callers, near, far } = zones
  const pods = [
    ...[...callers, ...near].map((replica) => ({ replica, zone: nearZone })),
    ...far.map((replica) => ({ replica, zone: farZone })),
  ]
  const reference = ({ namespace, name }: Replica): PolicyReference => ({ kind: 'Pod', namespace, name })
  const arePreferred = async (hosts: readonly Host[], what: string): Promise<void> => {
    const names = JSON.stringify(hosts.map(({ name }) => name).sort())
    const ask = () => Promise.all(callers.map((caller) => preferred(target, caller, zones)))
    const isSo = (each: readonly string[][]) => each.every((one) => JSON.stringify(one) === names)
    if (!isSo(await poll(ask, isSo, live))) throw new Error(`${what} not in force within ${live.timeoutMs / 1000} s`)
  }
  return {
    description: 'the zones of replicas',
    apply: async () => {
      if (target.name !== 'local')
        throw new Error('a proxy of a cluster learns its zone when it starts: zones are given and taken on the laptop only')
      for (const { replica, zone } of pods) {
        const { namespace, name } = replica
        const metadata = { namespace, name, labels: { [localityLabel]: zone } }
        await target.overridePolicy(reference(replica), { apiVersion: 'v1', kind: 'Pod', metadata, spec: {} })
      }
      await arePreferred(near, 'zones are')
    },
    rollback: async () => {
      if (target.name !== 'local') return
      for (const { replica } of pods) await target.restorePolicy(reference(replica))
      await arePreferred([...near, ...far], 'the shop without zones is')
    },
  }
}
