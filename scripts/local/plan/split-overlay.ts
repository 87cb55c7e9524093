import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Manifest, parseManifests } from '../../manifests/parse-manifests.ts'
import type { LocalPaths } from '../paths.ts'

type Folder = Pick<LocalPaths, 'policy'>

const prefix = 'traffic-split-'
const suffix = '.yaml'

/** The overlay that splits a destination's traffic. */
export const splitOverlay = ({ policy }: Folder, destination: string): string => join(policy, `${prefix}${destination}${suffix}`)

const splitDestinations = async ({ policy }: Folder): Promise<string[]> =>
  (await readdir(policy).catch(() => []))
    .filter((file) => file.startsWith(prefix) && file.endsWith(suffix))
    .map((file) => file.slice(prefix.length, -suffix.length))

/** The policies of all splits there are, by their destination. */
export async function readSplitOverlays(folder: Folder): Promise<ReadonlyMap<string, readonly Manifest[]>> {
  const read = async (destination: string): Promise<[string, Manifest[]]> => {
    const file = splitOverlay(folder, destination)
    return [destination, parseManifests(await readFile(file, 'utf8'), file)]
  }
  return new Map(await Promise.all((await splitDestinations(folder)).map(read)))
}

/** A split ends with the shop whose replicas it was for: another one would send a share of the traffic to nobody. */
export async function removeSplitOverlays(folder: Folder): Promise<void> {
  const files = (await splitDestinations(folder)).map((destination) => splitOverlay(folder, destination))
  await Promise.all(files.map((file) => rm(file, { force: true })))
}
