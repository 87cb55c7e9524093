import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { stringify } from 'yaml'
import { UsageError } from '../../cli/command-error.ts'
import { unknown } from '../../cli/nearest.ts'
import { readManifests } from '../../manifests/read-manifests.ts'
import { type LocalPaths, localPaths } from '../paths.ts'
import type { ReplicaPorts } from '../plan/ports.ts'
import { type PlannedReplica, planReplicas } from '../plan/replicas.ts'
import { collectorUrl, tracingOf } from '../plan/tracing.ts'
import { type LocalState, type ReplicaState, readState } from '../state.ts'
import { manifestsInForce, renderSidecars } from '../supervisor/policy.ts'

/** Istio's ports in a pod, and a replica's address that stands for any. */
const podPorts: ReplicaPorts = { app: 8080, admin: 15000, inbound: 15006, outbound: 15001 }

export interface EnvoyOptions {
  /** Must be given. */
  readonly workload?: string
  /** Number of the replica. */
  readonly replica: number
  /** Folder of manifests to render instead of those in force, without overlays. */
  readonly dist?: string
  /** JSON instead of YAML. */
  readonly json: boolean
}

/**
 * `envoy`: prints the configuration of one sidecar, as it runs now or as `make up` would run it.
 * @throws CommandError naming what is missing or what cannot be rendered
 */
export async function printEnvoy({ workload, replica: number, dist, json }: EnvoyOptions): Promise<void> {
  const paths = localPaths()
  const manifests = dist === undefined ? await inForce(paths) : await readManifests(await existing(resolve(dist)))
  const state = dist === undefined ? await readState(paths.state) : undefined
  const planned = planReplicas(manifests, scaleOf(state))
  const wanted = chosen(planned, workload, number)
  const placed = planned.map((replica) => ({ replica, ports: portsOf(replica, state) }))
  const tracing = tracingOf(process.env, state?.telemetry && collectorUrl(state.telemetry.port))
  const sidecar = renderSidecars(manifests, placed, paths, tracing).find(({ replica }) => replica === wanted)
  if (!sidecar) throw new Error(`${wanted.name} has no sidecar.`)
  const { warnings, bootstrap, listeners, clusters, routes } = sidecar.config
  const config = { bootstrap, listeners, clusters, routes }
  for (const warning of warnings) console.error(`warning: ${warning}`)
  console.log(json ? JSON.stringify(config, null, 2) : stringify(config, { aliasDuplicateObjects: false, lineWidth: 0 }))
}

const inForce = async (paths: LocalPaths) => {
  await existing(paths.manifests)
  return manifestsInForce(paths)
}

async function existing(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined)
  if (!found?.isDirectory()) throw new UsageError(`There are no manifests in ${folder}. Run: make synth`)
  return folder
}

/** @throws UsageError that names what there is */
function chosen(planned: readonly PlannedReplica[], workload: string | undefined, number: number): PlannedReplica {
  const names = [...new Set(planned.map((replica) => replica.workload))]
  if (workload === undefined) throw new UsageError(`--workload is missing; there are: ${names.join(', ')}`)
  if (!names.includes(workload)) throw new UsageError(unknown('workload', workload, names))
  const replicas = planned.filter((replica) => replica.workload === workload)
  const replica = replicas.find((one) => one.replica === number)
  if (!replica)
    throw new UsageError(
      unknown(
        'replica',
        String(number),
        replicas.map((one) => String(one.replica)),
      ),
    )
  return replica
}

/** Deployments that have another number of replicas than they say have been scaled. */
function scaleOf(state: LocalState | undefined): ReadonlyMap<string, number> {
  const deployments = (state?.replicas ?? []).map(({ name, replica }) => name.slice(0, -`-${replica}`.length))
  return new Map([...Map.groupBy(deployments, (deployment) => deployment)].map(([deployment, replicas]) => [deployment, replicas.length]))
}

function portsOf({ name }: PlannedReplica, state: LocalState | undefined): ReplicaPorts {
  const running: ReplicaState | undefined = state?.replicas.find((replica) => replica.name === name)
  if (!running) return podPorts
  const { adminPort: admin, inboundPort: inbound, outboundPort: outbound } = running.sidecar
  return { app: running.app.port, admin, inbound, outbound }
}
