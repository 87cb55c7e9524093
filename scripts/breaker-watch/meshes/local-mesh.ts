import { running } from '../../access/local-access.ts'
import { envoyAdmin } from '../../envoy-admin/admin.ts'
import type { LocalState } from '../../local/state.ts'
import type { WatchedMesh } from '../breaker-watch.ts'
import { adminReader } from '../proxy-reader.ts'

const answersWithinMs = 5_000

/**
 * The sidecars of the shop on this machine.
 * @param namespace of all that runs here
 * @param state what its supervisor has written last
 */
export function localMesh(namespace: string, state: () => Promise<LocalState> = running): WatchedMesh {
  /** By the name of the replica, as when they were listed last: the state is a file, too much to read for each question. */
  let sidecars = new Map<string, LocalState['replicas'][number]['sidecar']>()
  const adminPort = (name: string): number => {
    const sidecar = sidecars.get(name)
    if (sidecar === undefined) throw new Error(`${name} is gone`)
    return sidecar.adminPort
  }
  return {
    proxies: async () => {
      const { replicas } = await state()
      sidecars = new Map(replicas.map(({ name, sidecar }) => [name, sidecar]))
      return replicas.map(({ workload, name }) => ({ namespace, workload, name }))
    },
    reader: ({ name }) => adminReader(envoyAdmin(`the proxy of ${name}`, () => adminPort(name), answersWithinMs)),
    hostNames: async () => new Map((await state()).replicas.map(({ name, sidecar }) => [`127.0.0.1:${sidecar.inboundPort}`, name])),
  }
}
