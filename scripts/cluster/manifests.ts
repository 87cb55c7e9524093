import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { type KubernetesObject, loadAllYaml } from '@kubernetes/client-node'
import { ClusterError } from './cluster-error.ts'
import type { Images } from './images/images.ts'

/** One synthesized file; their names begin with the stage in which they are applied. */
export interface ManifestFile {
  readonly name: string
  readonly stage: number
  readonly objects: readonly KubernetesObject[]
}

/**
 * Reads a folder that `npx breakwater synth` wrote, in the order of application.
 * @throws ClusterError when the folder is not there
 */
export function readManifests(folder: string): ManifestFile[] {
  if (!existsSync(folder)) throw new ClusterError(`${folder} is missing: run npx breakwater synth first.`)
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({
      name,
      stage: Number(name.split('-')[0]),
      // By the client's own reader: it calls the field `from` of a NetworkPolicy `_from`, and would not send what has another name.
      objects: loadAllYaml(readFileSync(`${folder}/${name}`, 'utf8')),
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
