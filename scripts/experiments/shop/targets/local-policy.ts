import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { applyOverlays, removeAnnotation } from '../../../local/plan/overlays.ts'
import type { Manifest } from '../../../manifests/parse-manifests.ts'
import { readManifests } from '../../../manifests/read-manifests.ts'
import type { OrphanedFault, PolicyObject } from '../../core/target.ts'

/** Of experiments only, so that a person's own overlays are left alone; sorted last, because the last overlay wins. */
const prefix = 'zz-experiment-'

/** Policy of the laptop: synthesized manifests with the overlays on top, both YAML. */
export interface LocalPolicy {
  read(kind: string, name: string): Promise<PolicyObject | undefined>
  override(kind: string, name: string, object: PolicyObject | undefined): Promise<void>
  restore(kind: string, name: string): Promise<void>
  orphans(): Promise<OrphanedFault[]>
}

export function localPolicy(manifests: string, overlays: string): LocalPolicy {
  const fileOf = (kind: string, name: string) => join(overlays, `${prefix}${kind}-${name}.yaml`.toLowerCase())
  return {
    read: async (kind, name) => {
      const objects = applyOverlays(await readManifests(manifests), await existing(overlays))
      return objects.find((object) => object.kind === kind && object.metadata.name === name) as PolicyObject | undefined
    },
    override: async (kind, name, object) => {
      const file = fileOf(kind, name)
      const overlay = object ?? {
        apiVersion: 'networking.istio.io/v1',
        kind,
        metadata: { name, annotations: { [removeAnnotation]: 'true' } },
      }
      await mkdir(overlays, { recursive: true })
      // The name appears with its content, so that nobody reads half a file.
      await writeFile(`${file}.new`, stringify(overlay))
      await rename(`${file}.new`, file)
    },
    restore: (kind, name) => rm(fileOf(kind, name), { force: true }),
    orphans: async () =>
      (await readdir(overlays).catch(() => []))
        .filter((file) => file.startsWith(prefix))
        .map((file) => ({ description: `policy overlay ${file}`, remove: () => rm(join(overlays, file), { force: true }) })),
  }
}

/** No overlay was ever written: no directory. */
const existing = (overlays: string): Promise<Manifest[]> =>
  readManifests(overlays).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
