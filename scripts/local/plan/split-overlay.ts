import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { LocalPaths } from '../paths.ts'

const prefix = 'traffic-split-'

/** The overlay that splits a destination's traffic. */
export const splitOverlay = ({ policy }: Pick<LocalPaths, 'policy'>, destination: string): string =>
  join(policy, `${prefix}${destination}.yaml`)

/** A split ends with the shop whose replicas it was for: another one would send a share of the traffic to nobody. */
export async function removeSplitOverlays({ policy }: Pick<LocalPaths, 'policy'>): Promise<void> {
  const files = (await readdir(policy).catch(() => [])).filter((file) => file.startsWith(prefix))
  await Promise.all(files.map((file) => rm(join(policy, file), { force: true })))
}
