import { existsSync } from 'node:fs'
import { type KubernetesObject, loadYaml } from '@kubernetes/client-node'
import { readManifestFiles } from '../manifests/read-manifests.ts'
import { ClusterError } from './cluster-error.ts'
import type { Images } from './images/images.ts'

/** One synthesized file; their names begin with the stage in which they are applied. */
export interface StagedManifests {
  readonly stage: number
  readonly objects: readonly KubernetesObject[]
}

/**
 * Reads a folder that `npx breakwater synth` wrote, in the order of application.
 * @throws ClusterError when the folder is not there
 */
export async function readStagedManifests(folder: string): Promise<StagedManifests[]> {
  if (!existsSync(folder)) throw new ClusterError(`${folder} is missing: run npx breakwater synth first.`)
  return (await readManifestFiles(folder)).map(({ name, manifests }) => ({
    stage: Number(name.split('-')[0]),
    // By the client's own reader: it calls the field `from` of a NetworkPolicy `_from`, and would not send what has another name.
    objects: manifests.map((manifest) => loadYaml<KubernetesObject>(JSON.stringify(manifest))),
  }))
}

interface PodTemplateOwner extends KubernetesObject {
  spec?: { template?: { spec?: { containers?: { name: string; image?: string }[] } } }
}

/** The same objects with each shop container on its built image; containers of other origin keep theirs. */
export function withImages(objects: readonly KubernetesObject[], images: Images): KubernetesObject[] {
  return objects.map((object) => {
    const copy: PodTemplateOwner = structuredClone(object)
    for (const container of copy.spec?.template?.spec?.containers ?? []) {
      const image = images.get(container.name)
      if (image) container.image = image
    }
    return copy
  })
}
