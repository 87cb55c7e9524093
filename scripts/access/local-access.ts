import { namespace, ports } from '../../services/shared/contracts/topology.ts'
import { NoShop } from '../cli/command-error.ts'
import { readToolsSecret } from '../identity/secrets-folder.ts'
import { type LocalPaths, localPaths } from '../local/paths.ts'
import { type LocalState, type ReplicaState, readState } from '../local/state.ts'
import type { Host } from './replica.ts'
import type { ShopAccess } from './shop-access.ts'
import { signIn, toolsTokens } from './sign-in.ts'

/**
 * The shop on this machine, as its supervisor describes it. It is read anew each time: a replica that was restarted may have moved.
 * @throws NoShop
 */
export async function localAccess(env: NodeJS.ProcessEnv = process.env): Promise<ShopAccess> {
  const paths = localPaths(env)
  const now = () => running(paths)
  await now()
  const access: Omit<ShopAccess, 'gatewayUrl'> = {
    brokers: async () => (await now()).brokers.split(','),
    replicas: async (workload) => (await now()).replicas.filter((replica) => replica.workload === workload).map(toHost),
    portOf: async ({ name }, port) => {
      const found = (await now()).replicas.find((replica) => replica.name === name)
      if (found === undefined) throw new Error(`${name} is gone`)
      const { app, sidecar } = found
      const number = { admin: sidecar.adminPort, app: app.port, control: app.controlPort, outbound: sidecar.outboundPort }[port]
      if (number === undefined) throw new Error(`${name} has no ${port} port`)
      return number
    },
    toolsSecret: () => readToolsSecret(paths.identity),
    close: async () => {},
  }
  const tokens = toolsTokens(access, env)
  return {
    ...access,
    gatewayUrl: async () => {
      const url = (await now()).gatewayUrl.replace(/\/$/, '')
      signIn(url, tokens)
      return url
    },
  }
}

/** What the supervisor has written last. @throws NoShop */
export async function running({ state: file }: Pick<LocalPaths, 'state'> = localPaths()): Promise<LocalState> {
  const state = await readState(file)
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
