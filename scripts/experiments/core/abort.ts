import type { Replica } from '../../access/replica.ts'
import { modifyRuntime, runtimeOverrides } from '../../envoy-admin/runtime.ts'
import type { Action } from './action.ts'
import type { OrphanedFault, Target } from './target.ts'

/**
 * Faults live at the destination, one replica at a time: the fault filter of its proxy's inbound chain, at 0 % until these runtime values say
 * otherwise. (A VirtualService fault answers at the caller before a host is chosen, and so ejects nobody.)
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/fault_filter#runtime
 */
const faultKeys = [
  'fault.http.abort.abort_percent',
  'fault.http.abort.http_status',
  'fault.http.delay.fixed_delay_percent',
  'fault.http.delay.fixed_duration_ms',
] as const

type FaultKey = (typeof faultKeys)[number]

const setFault = (target: Target, replica: Replica, values: Partial<Record<FaultKey, string>>): Promise<void> =>
  modifyRuntime(target.admin(replica), values)

/** Makes the replica's proxy answer every request with `status` instead of passing it to the app. */
export const abortEveryRequest = (target: Target, replica: Replica, status: number): Action => ({
  apply: () => setFault(target, replica, { 'fault.http.abort.abort_percent': '100', 'fault.http.abort.http_status': String(status) }),
  rollback: () => setFault(target, replica, { 'fault.http.abort.abort_percent': '', 'fault.http.abort.http_status': '' }),
})

/** Fault values still set in any proxy of the mesh. */
export async function faultsInProxies(target: Target): Promise<OrphanedFault[]> {
  const replicas = (await Promise.all(target.workloads.map((name) => target.replicas(name)))).flat()
  const found = await Promise.all(replicas.map(async (replica) => ({ replica, set: await faultsSet(target, replica) })))
  return found
    .filter(({ set }) => set.length > 0)
    .map(({ replica, set }) => ({
      description: `${set.join(', ')} in the proxy of ${replica.name}`,
      remove: () => modifyRuntime(target.admin(replica), Object.fromEntries(set.map((key) => [key, '']))),
    }))
}

async function faultsSet(target: Target, replica: Replica): Promise<FaultKey[]> {
  const overrides = await runtimeOverrides(target.admin(replica))
  return faultKeys.filter((key) => overrides.includes(key))
}
