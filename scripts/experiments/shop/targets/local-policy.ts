import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { applyOverlays, removeAnnotation } from '../../../local/plan/overlays.ts'
import type { Manifest } from '../../../manifests/parse-manifests.ts'
import { readManifests } from '../../../manifests/read-manifests.ts'
import type { PolicyObject, PolicyReference } from '../../core/policy-object.ts'
import type { OrphanedFault } from '../../core/target.ts'

/** Of experiments only, so that a person's own overlays are left alone; sorted last, because the last overlay wins. */
const prefix = 'zz-experiment-'

/** Policy of the laptop: synthesized manifests with the overlays on top, both YAML. */
export interface LocalPolicy {
  /** All objects that are in force. */
  all(): Promise<readonly Manifest[]>
  read(reference: PolicyReference): Promise<PolicyObject | undefined>
  override(reference: PolicyReference, object: PolicyObject | undefined): Promise<void>
  restore(reference: PolicyReference): Promise<void>
  orphans(): Promise<OrphanedFault[]>
}

export function localPolicy(manifests: string, overlays: string): LocalPolicy {
  const fileOf = ({ kind, name }: PolicyReference) => join(overlays, `${prefix}${kind}-${name}.yaml`.toLowerCase())
  const all = async () => applyOverlays(await readManifests(manifests), await existing(overlays))
  return {
    all,
    read: async ({ kind, namespace, name }) => {
      return (await all()).find(
        (object) => object.kind === kind && object.metadata.name === name && (object.metadata.namespace ?? namespace) === namespace,
      ) as PolicyObject | undefined
    },
    override: async (reference, object) => {
      const { kind, name } = reference
      const file = fileOf(reference)
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
    restore: (reference) => rm(fileOf(reference), { force: true }),
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
