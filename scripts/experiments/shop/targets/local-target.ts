import { dirname, join } from 'node:path'
import { kafkaVersion } from '../../../../services/shared/contracts/deployment.ts'
import { workloadNames } from '../../../../services/shared/contracts/topology.ts'
import { localAccess, running } from '../../../access/local-access.ts'
import { NoShop } from '../../../cli/command-error.ts'
import { localPaths } from '../../../local/paths.ts'
import { nothingToDo } from '../../core/action.ts'
import { hostName } from '../../core/destination.ts'
import { lockFile } from '../../core/local-lock.ts'
import type { ShopTarget } from '../shop-target.ts'
import { declaredIn } from './declared-in.ts'
import { localLocalities } from './local-localities.ts'
import { localPolicy } from './local-policy.ts'
import { localReplicas } from './local-replicas.ts'
import { localSplits } from './local-splits.ts'
import { replicaRequests } from './replica-requests.ts'

/**
 * The shop on this machine, as its supervisor describes it. A Service there has the name of its workload.
 * @throws NoShop when it does not run, or is still starting
 */
export async function localTarget(): Promise<ShopTarget> {
  const paths = localPaths()
  const access = await localAccess()
  const { readyAt, policyDirectory } = await running()
  if (readyAt === undefined) throw new NoShop('the shop is still starting; see: make status')
  const policy = localPolicy(paths.manifests, policyDirectory)
  const { held, ...acting } = localReplicas(running)
  const { splitTraffic, splits } = localSplits(paths)
  return {
    name: 'local',
    gatewayUrl: await access.gatewayUrl(),
    brokers: access.brokers,
    kafkaVersion: async () => ((await running()).kafka === undefined ? undefined : kafkaVersion),
    replicas: ({ name }) => access.replicas(name),
    hosts: ({ service }) => access.replicas(service),
    proxies: async () => (await Promise.all(workloadNames.map(access.replicas))).flat(),
    ...replicaRequests(access.portOf),
    // A sidecar here always has a port of its own for what its app sends, and the fault filter.
    outbound: async (caller, destination) => ({
      origin: `http://127.0.0.1:${await access.portOf(caller, 'outbound')}`,
      host: hostName(destination),
    }),
    openOutbound: async () => nothingToDo,
    openFaults: async () => nothingToDo,
    declared: async (caller, destination) => declaredIn(await policy.all(), caller, destination),
    policy: policy.read,
    overridePolicy: policy.override,
    restorePolicy: policy.restore,
    ...localLocalities(policy),
    ...acting,
    splitTraffic,
    // The split last: what is changed beside it hides what it says.
    orphans: async () => [...(await policy.orphans()), ...(await held()), ...(await splits())],
    lock: () => lockFile(join(dirname(paths.state), 'experiments.lock')),
    close: access.close,
  }
}
