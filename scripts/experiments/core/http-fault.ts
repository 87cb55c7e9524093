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

const everyRequest = 100

/** Makes the replica's proxy answer `percent` of all requests (default: every one) with `status` instead of passing them to the app. */
export const abortRequests = (
  target: Target,
  replica: Replica,
  { status, percent = everyRequest }: { readonly status: number; readonly percent?: number },
): Action => fault(target, replica, { 'fault.http.abort.abort_percent': percent, 'fault.http.abort.http_status': status })

/**
 * Makes the replica's proxy keep `percent` of all requests (default: every one) for so many ms before it passes them on. A request that it
 * keeps when this is rolled back is kept to its end.
 */
export const delayRequests = (
  target: Target,
  replica: Replica,
  { ms, percent = everyRequest }: { readonly ms: number; readonly percent?: number },
): Action => fault(target, replica, { 'fault.http.delay.fixed_delay_percent': percent, 'fault.http.delay.fixed_duration_ms': ms })

function fault(target: Target, replica: Replica, values: Partial<Record<FaultKey, number>>): Action {
  const keys = Object.keys(values)
  return {
    description: `${keys.join(', ')} in the proxy of ${replica.name}`,
    apply: () =>
      modifyRuntime(target.admin(replica), Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]))),
    rollback: () => modifyRuntime(target.admin(replica), unset(keys)),
  }
}

const unset = (keys: readonly string[]): Record<string, string> => Object.fromEntries(keys.map((key) => [key, '']))

/** Fault values still set in any proxy of the mesh. */
export const faultsInProxies = async (target: Target): Promise<OrphanedFault[]> => faultsIn(target, await target.proxies())

/** Fault values set in these proxies. */
export async function faultsIn(target: Target, replicas: readonly Replica[]): Promise<OrphanedFault[]> {
  const found = await Promise.all(replicas.map(async (replica) => ({ replica, set: await faultsSet(target, replica) })))
  return found
    .filter(({ set }) => set.length > 0)
    .map(({ replica, set }) => ({
      description: `${set.join(', ')} in the proxy of ${replica.name}`,
      replica: replica.name,
      remove: () => modifyRuntime(target.admin(replica), unset(set)),
    }))
}

async function faultsSet(target: Target, replica: Replica): Promise<FaultKey[]> {
  const overrides = await runtimeOverrides(target.admin(replica))
  return faultKeys.filter((key) => overrides.includes(key))
}
