/** Prints the configuration of one sidecar: as it runs now, or as `make up` would run it. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { type LocalPaths, localPaths } from './paths.ts'
import { readManifests } from './plan/manifests.ts'
import type { ReplicaPorts } from './plan/ports.ts'
import { type PlannedReplica, planReplicas } from './plan/replicas.ts'
import { type LocalState, type ReplicaState, readState } from './state.ts'
import { manifestsInForce, renderSidecars } from './supervisor/policy.ts'

const usage = `Usage: npm run -s envoy -- --workload <name> [--replica <n>] [--dist <folder>] [--json]
Prints the configuration that <name>'s sidecar runs: bootstrap, listeners, clusters with their endpoints, routes.
Policy is that of the manifests with the overlays in force (.local/policy). While the shop runs, ports are its own; else those of a pod.
  --replica  number of the replica (default: 0)
  --dist     folder of manifests to render instead, without overlays
  --json     JSON instead of YAML`

/** Istio's ports in a pod, and a replica's address that stands for any. */
const podPorts: ReplicaPorts = { app: 8080, admin: 15000, inbound: 15006, outbound: 15001 }

/** @throws Error naming what is missing or what cannot be rendered */
async function print(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      workload: { type: 'string' },
      replica: { type: 'string', default: '0' },
      dist: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) {
    console.log(usage)
    return
  }
  const paths = localPaths()
  const manifests = values.dist === undefined ? await inForce(paths) : await readManifests(await existing(resolve(values.dist)))
  const state = values.dist === undefined ? await readState(paths.state) : undefined
  const planned = planReplicas(manifests)
  const wanted = chosen(planned, values.workload, values.replica)
  const placed = planned.map((replica) => ({ replica, ports: portsOf(replica, state) }))
  const sidecar = renderSidecars(manifests, placed, paths).find(({ replica }) => replica === wanted)
  if (!sidecar) throw new Error(`${wanted.name} has no sidecar.`)
  const { warnings, bootstrap, listeners, clusters, routes } = sidecar.config
  const config = { bootstrap, listeners, clusters, routes }
  for (const warning of warnings) console.error(`warning: ${warning}`)
  console.log(values.json ? JSON.stringify(config, null, 2) : stringify(config, { aliasDuplicateObjects: false, lineWidth: 0 }))
}

const inForce = async (paths: LocalPaths) => {
  await existing(paths.manifests)
  return manifestsInForce(paths)
}

async function existing(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined)
  if (!found?.isDirectory()) throw new Error(`There are no manifests in ${folder}. Run: npm run synth`)
  return folder
}

/** @throws Error that names what there is */
function chosen(planned: readonly PlannedReplica[], workload: string | undefined, number: string): PlannedReplica {
  const names = [...new Set(planned.map((replica) => replica.workload))]
  if (workload === undefined || !names.includes(workload))
    throw new Error(`--workload ${workload ? `${workload} is unknown` : 'is missing'}. There are: ${names.join(', ')}`)
  const replicas = planned.filter((replica) => replica.workload === workload)
  const replica = replicas.find((one) => String(one.replica) === number)
  if (!replica) throw new Error(`--replica ${number} is unknown. There are: ${replicas.map((one) => one.replica).join(', ')}`)
  return replica
}

function portsOf({ name }: PlannedReplica, state: LocalState | undefined): ReplicaPorts {
  const running: ReplicaState | undefined = state?.replicas.find((replica) => replica.name === name)
  if (!running) return podPorts
  const { adminPort: admin, inboundPort: inbound, outboundPort: outbound } = running.sidecar
  return { app: running.app.port, admin, inbound, outbound }
}

try {
  await print(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
