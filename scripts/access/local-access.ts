import { namespace, ports } from '../../services/shared/contracts/topology.ts'
import { NoShop } from '../cli/command-error.ts'
import { type LocalState, type ReplicaState, readState } from '../local/state.ts'
import type { Host } from './replica.ts'
import type { ShopAccess } from './shop-access.ts'

/**
 * The shop on this machine, as its supervisor describes it. It is read anew each time: a replica that was restarted may have moved.
 * @throws NoShop
 */
export async function localAccess(): Promise<ShopAccess> {
  await running()
  return {
    gatewayUrl: async () => (await running()).gatewayUrl.replace(/\/$/, ''),
    brokers: async () => (await running()).brokers.split(','),
    replicas: async (workload) => (await running()).replicas.filter((replica) => replica.workload === workload).map(toHost),
    portOf: async ({ name }, port) => {
      const found = (await running()).replicas.find((replica) => replica.name === name)
      if (found === undefined) throw new Error(`${name} is gone`)
      const { app, sidecar } = found
      const number = { admin: sidecar.adminPort, app: app.port, control: app.controlPort, outbound: sidecar.outboundPort }[port]
      if (number === undefined) throw new Error(`${name} has no ${port} port`)
      return number
    },
    close: async () => {},
  }
}

/** What the supervisor has written last. @throws NoShop */
export async function running(): Promise<LocalState> {
  const state = await readState()
  if (state === undefined) throw new NoShop('no shop runs here; start it with: make up')
  return state
}

const toHost = ({ workload, name, sidecar }: ReplicaState): Host => ({
  namespace,
  workload,
  name,
  address: `127.0.0.1:${sidecar.inboundPort}`,
  targetPort: ports.app,
})
