import { workloadNames } from '../../../services/shared/contracts/topology.ts'
import type { Action } from './action.ts'
import type { OrphanedFault, Replica, Target } from './target.ts'

/**
 * Faults live at the callee, one replica at a time: the fault filter of its proxy's inbound chain, at 0 % until these runtime values say
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

/** An empty value takes the override away. */
async function modifyRuntime(target: Target, replica: Replica, values: Partial<Record<FaultKey, string>>): Promise<void> {
  const query = Object.entries(values).map(([key, value]) => `${key}=${value}`)
  await target.admin(replica, 'POST', `/runtime_modify?${query.join('&')}`)
}

/** Makes the replica's proxy answer every request with `status` instead of passing it to the app. */
export const abortEveryRequest = (target: Target, replica: Replica, status: number): Action => ({
  apply: () => modifyRuntime(target, replica, { 'fault.http.abort.abort_percent': '100', 'fault.http.abort.http_status': String(status) }),
  rollback: () => modifyRuntime(target, replica, { 'fault.http.abort.abort_percent': '', 'fault.http.abort.http_status': '' }),
})

/** Fault values still set in any proxy of the mesh. */
export async function orphanedFaults(target: Target): Promise<OrphanedFault[]> {
  const replicas = (await Promise.all(workloadNames.map((name) => target.replicas(name)))).flat()
  const found = await Promise.all(replicas.map(async (replica) => ({ replica, set: await faultsSet(target, replica) })))
  return found
    .filter(({ set }) => set.length > 0)
    .map(({ replica, set }) => ({
      what: `${set.join(', ')} in the proxy of ${replica.name}`,
      remove: () => modifyRuntime(target, replica, Object.fromEntries(set.map((key) => [key, '']))),
    }))
}

/** Envoy's `/runtime`: every layer's value of a key, in the order of `layers`; `''` where a layer has none. */
interface RuntimeAnswer {
  readonly layers: readonly string[]
  readonly entries: Readonly<Record<string, { readonly layer_values: readonly string[] }>>
}

/** Keys that somebody set by hand: only `runtime_modify` writes the admin layer. */
export function parseFaults(answer: string): FaultKey[] {
  const { layers, entries } = JSON.parse(answer) as RuntimeAnswer
  const admin = layers.indexOf('admin')
  return faultKeys.filter((key) => (entries[key]?.layer_values[admin] ?? '') !== '')
}

const faultsSet = async (target: Target, replica: Replica): Promise<FaultKey[]> =>
  parseFaults(await target.admin(replica, 'GET', '/runtime'))
