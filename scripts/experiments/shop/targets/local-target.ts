import { dirname, join } from 'node:path'
import { workloadNames } from '../../../../services/shared/contracts/topology.ts'
import { localAccess, running } from '../../../access/local-access.ts'
import { NoShop } from '../../../cli/command-error.ts'
import { localPaths } from '../../../local/paths.ts'
import { lockFile } from '../../core/local-lock.ts'
import { replicaRequests } from '../../core/replica-requests.ts'
import type { Target } from '../../core/target.ts'
import { localPolicy } from './local-policy.ts'

/**
 * The shop on this machine, as its supervisor describes it.
 * @throws NoShop when it does not run, or is still starting
 */
export async function localTarget(): Promise<Target> {
  const paths = localPaths()
  const access = await localAccess()
  const { readyAt, policyDirectory } = await running()
  if (readyAt === undefined) throw new NoShop('the shop is still starting; see: make status')
  const policy = localPolicy(paths.manifests, policyDirectory)
  return {
    name: 'local',
    gatewayUrl: await access.gatewayUrl(),
    brokers: access.brokers,
    workloads: workloadNames,
    replicas: access.replicas,
    ...replicaRequests(access.portOf),
    policy: policy.read,
    overridePolicy: policy.override,
    restorePolicy: policy.restore,
    orphanedPolicies: policy.orphans,
    lock: () => lockFile(join(dirname(paths.state), 'experiments.lock')),
    close: access.close,
  }
}
