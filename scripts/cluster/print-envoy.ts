import { stringify } from 'yaml'
import { workloadNames } from '../../services/shared/contracts/topology.ts'
import { clusterAccess } from '../access/cluster-access.ts'
import { UsageError } from '../cli/command-error.ts'
import { unknown } from '../cli/nearest.ts'
import { envoyAdmin } from '../envoy-admin/admin.ts'
import { wholeConfig } from '../envoy-admin/config-dump.ts'

export interface ClusterEnvoyOptions {
  readonly workload?: string
  /** Which of its pods, by the order of their names. */
  readonly replica: number
  readonly json: boolean
}

/** `envoy --target cluster`: prints what the proxy of a pod runs, as the proxy itself tells it. @throws CommandError */
export async function printEnvoyOfPod(env: NodeJS.ProcessEnv, { workload, replica: number, json }: ClusterEnvoyOptions): Promise<void> {
  if (workload === undefined) throw new UsageError(`--workload is missing; there are: ${workloadNames.join(', ')}`)
  if (!(workloadNames as readonly string[]).includes(workload)) throw new UsageError(unknown('workload', workload, workloadNames))
  const access = await clusterAccess(env)
  try {
    const replicas = (await access.replicas(workload)).toSorted((one, other) => one.name.localeCompare(other.name))
    const replica = replicas[number]
    if (replica === undefined)
      throw new UsageError(`${workload} has ${replicas.length} pods that are ready, and none with number ${number}`)
    const config = await wholeConfig(envoyAdmin(`the proxy of ${replica.name}`, () => access.portOf(replica, 'admin')))
    console.log(json ? JSON.stringify(config, undefined, 2) : stringify(config, { aliasDuplicateObjects: false, lineWidth: 0 }))
  } finally {
    await access.close()
  }
}
