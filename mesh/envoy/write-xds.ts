import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endpointsFile } from './clusters.ts'
import type { Json, RenderedEnvoy } from './input.ts'

/**
 * Puts a configuration where Envoy reads it; a running Envoy takes it over at once. Files that would not change are left alone,
 * so that an edit of one policy resets no other's state. Order is make before break: hosts, clusters, listeners, routes.
 * @param folder `files.xds` of the input that was rendered
 * @returns path of the bootstrap file, Envoy's `--config-path`
 */
export function writeXds(folder: string, rendered: RenderedEnvoy): string {
  mkdirSync(join(folder, 'eds'), { recursive: true })
  const assignments = rendered.endpoints.map((assignment): [string, Json] => [endpointsFile(String(assignment.cluster_name)), assignment])
  for (const [file, assignment] of assignments) replace(join(folder, file), discoveryResponse([assignment]))
  replace(join(folder, 'cds.json'), discoveryResponse(rendered.clusters))
  replace(join(folder, 'lds.json'), discoveryResponse(rendered.listeners))
  replace(join(folder, 'rds.json'), discoveryResponse(rendered.routes))
  const bootstrapFile = join(folder, 'bootstrap.json')
  replace(bootstrapFile, rendered.bootstrap)

  const kept = new Set(assignments.map(([file]) => file))
  for (const name of readdirSync(join(folder, 'eds'))) if (!kept.has(`eds/${name}`)) rmSync(join(folder, 'eds', name))
  return bootstrapFile
}

/** The version is the content's hash: it shows up in Envoy's statistics, where one can see whether an edit was taken over. */
const discoveryResponse = (resources: readonly Json[]): Json => ({ version_info: xdsVersion(resources), resources })

/** What `version_text` of a stream's statistics says once Envoy has taken over these resources. */
export const xdsVersion = (resources: readonly Json[]): string =>
  createHash('sha256').update(JSON.stringify(resources)).digest('hex').slice(0, 12)

/** By rename, because a reader must never see half a file, and because Envoy watches for exactly that. */
function replace(path: string, content: Json): void {
  const text = `${JSON.stringify(content, null, 2)}\n`
  if (read(path) === text) return
  // Not beside it: the stale files of `eds/` are told by name.
  const draft = join(path, '..', `.${process.pid}.tmp`)
  writeFileSync(draft, text)
  renameSync(draft, path)
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
