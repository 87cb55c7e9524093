import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { renderEnvoy } from '../../../mesh/envoy/render-envoy.ts'
import { writeXds } from '../../../mesh/envoy/write-xds.ts'
import type { LocalPaths } from '../paths.ts'
import { type Manifest, readManifests } from '../plan/manifests.ts'
import { applyOverlays } from '../plan/overlays.ts'
import type { ReplicaPorts } from '../plan/ports.ts'
import type { PlannedReplica } from '../plan/replicas.ts'
import { inlineEndpoints } from './inline-endpoints.ts'

/** A replica and the ports it got. */
export interface PlacedReplica {
  readonly replica: PlannedReplica
  readonly ports: ReplicaPorts
}

/** Manifests with the overlays of `.local/policy` laid over them. */
export async function manifestsInForce({ manifests, policy }: LocalPaths): Promise<Manifest[]> {
  await mkdir(policy, { recursive: true })
  const [base, overlays] = await Promise.all([readManifests(manifests), readManifests(policy)])
  return applyOverlays(base, overlays)
}

/**
 * Gives every sidecar its configuration; those that run take it over at once.
 * All are rendered before the first is written, so that a policy that cannot be rendered changes nothing.
 * @returns the bootstrap file of each replica, by its name
 * @throws ManifestError naming the object and the field
 */
export function configureSidecars(
  manifests: readonly Manifest[],
  placed: readonly PlacedReplica[],
  paths: LocalPaths,
): Map<string, string> {
  const instances = placed.map(({ replica: { workload, replica }, ports }) => ({
    workload,
    replica,
    host: '127.0.0.1',
    inboundPort: ports.inbound,
  }))
  const rendered = placed.map(({ replica, ports }) => {
    const files = { xds: join(paths.sidecars, replica.name), accessLog: accessLogOf(replica, paths) }
    const self = { appPort: ports.app, inboundPort: ports.inbound, outboundPort: ports.outbound, adminPort: ports.admin }
    return { replica, files, config: renderEnvoy({ workload: replica.workload, nodeId: replica.name, manifests, instances, self, files }) }
  })
  return new Map(rendered.map(({ replica, files, config }) => [replica.name, writeXds(files.xds, inlineEndpoints(config))]))
}

export const accessLogOf = ({ name }: PlannedReplica, { accessLogs }: LocalPaths): string => join(accessLogs, `${name}.log`)
