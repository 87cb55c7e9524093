import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { RenderedEnvoy, Tracing } from '../../../mesh/envoy/input.ts'
import { renderEnvoy } from '../../../mesh/envoy/render-envoy.ts'
import { writeXds } from '../../../mesh/envoy/write-xds.ts'
import type { Manifest } from '../../manifests/parse-manifests.ts'
import { readManifests } from '../../manifests/read-manifests.ts'
import type { LocalPaths } from '../paths.ts'
import { applyOverlays } from '../plan/overlays.ts'
import { isGateway, type PlacedReplica, type ReplicaPorts } from '../plan/ports.ts'
import type { PlannedReplica } from '../plan/replicas.ts'
import { inlineEndpoints } from './inline-endpoints.ts'

/** Manifests with the overlays of `.local/policy` laid over them. */
export async function manifestsInForce({ manifests, policy }: LocalPaths): Promise<Manifest[]> {
  await mkdir(policy, { recursive: true })
  const [base, overlays] = await Promise.all([readManifests(manifests), readManifests(policy)])
  return applyOverlays(base, overlays)
}

/** What a replica's sidecar runs by. */
export interface SidecarConfig {
  readonly replica: PlannedReplica
  readonly ports: ReplicaPorts
  readonly config: RenderedEnvoy
}

/**
 * The configuration of every sidecar. All are rendered before the first is written, so that a policy that cannot be rendered changes nothing.
 * @param tracing where they send spans; absent: they trace nothing
 * @param away names of replicas that get no requests, as in a cluster a pod that is not ready
 * @throws ManifestError naming the objects and the fields
 */
export function renderSidecars(
  manifests: readonly Manifest[],
  placed: readonly PlacedReplica[],
  paths: LocalPaths,
  tracing?: Tracing,
  away: ReadonlySet<string> = new Set(),
): SidecarConfig[] {
  const serving = placed.filter(({ replica }) => !away.has(replica.name))
  const instances = serving.map(({ replica: { workload, replica }, ports }) => ({
    workload,
    replica,
    host: '127.0.0.1',
    inboundPort: ports.inbound,
  }))
  return placed.map(({ replica, ports }) => {
    const files = { xds: xdsFolderOf(replica, paths), accessLog: accessLogOf(replica, paths) }
    const self = { appPort: ports.app, inboundPort: ports.inbound, outboundPort: ports.outbound, adminPort: ports.admin }
    const edge = isGateway(replica)
    const rendered = renderEnvoy({ workload: replica.workload, nodeId: replica.name, manifests, instances, self, edge, files, tracing })
    return { replica, ports, config: inlineEndpoints(rendered) }
  })
}

/**
 * Gives every sidecar its configuration; those that run take it over at once.
 * @returns the bootstrap file of each replica, by its name
 */
export const writeSidecars = (configs: readonly SidecarConfig[], paths: LocalPaths): Map<string, string> =>
  new Map(configs.map(({ replica, config }) => [replica.name, writeXds(xdsFolderOf(replica, paths), config)]))

const xdsFolderOf = ({ name }: PlannedReplica, { sidecars }: LocalPaths): string => join(sidecars, name)

export const accessLogOf = ({ name }: PlannedReplica, { accessLogs }: LocalPaths): string => join(accessLogs, `${name}.log`)
