import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Manifest, parseManifests } from './parse-manifests.ts'

export interface ManifestFile {
  readonly name: string
  readonly manifests: readonly Manifest[]
}

/**
 * A directory's `*.yaml`, in the order of their names.
 * @throws Error naming the file and what is wrong in it; ENOENT when there is no such directory
 */
export async function readManifestFiles(directory: string): Promise<ManifestFile[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.yaml')).sort()
  return Promise.all(
    names.map(async (name) => {
      const file = join(directory, name)
      return { name, manifests: parseManifests(await readFile(file, 'utf8'), file) }
    }),
  )
}

/** All objects of a directory's `*.yaml`, in the order of the files. @throws as `readManifestFiles` */
export const readManifests = async (directory: string): Promise<Manifest[]> =>
  (await readManifestFiles(directory)).flatMap(({ manifests }) => manifests)
