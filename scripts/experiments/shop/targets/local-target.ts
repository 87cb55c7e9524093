import { dirname, join } from 'node:path'
import { workloadNames } from '../../../../services/shared/contracts/topology.ts'
import { localPaths } from '../../../local/paths.ts'
import { type LocalState, type ReplicaState, readState } from '../../../local/state.ts'
import { lockFile } from '../../core/local-lock.ts'
import { type ReplicaPort, replicaRequests } from '../../core/replica-requests.ts'
import type { Replica, Target } from '../../core/target.ts'
import { localPolicy } from './local-policy.ts'
import { ShopNotReady } from './shop-not-ready.ts'

/**
 * The shop on this machine, as its supervisor describes it.
 * @throws ShopNotReady
 */
export async function localTarget(): Promise<Target> {
  const paths = localPaths()
  const { gatewayUrl, brokers, policyDirectory } = await running()
  const policy = localPolicy(paths.manifests, policyDirectory)
  return {
    name: 'local',
    gatewayUrl: gatewayUrl.replace(/\/$/, ''),
    brokers: async () => brokers.split(','),
    workloads: workloadNames,
    // Read again each time: a replica that was restarted may have moved.
    replicas: async (workload) => (await running()).replicas.filter((replica) => replica.workload === workload).map(asReplica),
    ...replicaRequests(portOf),
    policy: policy.read,
    overridePolicy: policy.override,
    restorePolicy: policy.restore,
    orphanedPolicies: policy.orphans,
    lock: () => lockFile(join(dirname(paths.state), 'experiments.lock')),
    close: async () => {},
  }
}

async function running(): Promise<LocalState> {
  const state = await readState()
  if (state === undefined) throw new ShopNotReady('the shop does not run; start it with: make up')
  if (state.readyAt === undefined) throw new ShopNotReady('the shop is still starting; see: make status')
  return state
}

async function portOf({ name }: Replica, port: ReplicaPort): Promise<number> {
  const found = (await running()).replicas.find((replica) => replica.name === name)
  if (found === undefined) throw new Error(`${name} is gone`)
  const { app, sidecar } = found
  const number = { admin: sidecar.adminPort, app: app.port, control: app.controlPort }[port]
  if (number === undefined) throw new Error(`${name} has no ${port} port`)
  return number
}

const asReplica = ({ workload, name, sidecar }: ReplicaState): Replica => ({
  workload,
  name,
  address: `127.0.0.1:${sidecar.inboundPort}`,
})
