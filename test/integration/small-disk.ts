import { execFile } from 'node:child_process'
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A file system of its own, in memory. */
export interface SmallDisk {
  readonly directory: string
  /** Leaves no room at all. */
  fill(): Promise<void>
  makeReadOnly(): Promise<void>
  remove(): Promise<void>
}

/** @throws Error when this user may not mount */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk> {
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-disk-'))
  const mount = (options: string): Promise<unknown> => run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory])
  try {
    await mount(`size=${megabytes}m`)
  } catch (error) {
    await rm(directory, { recursive: true })
    throw error
  }
  return {
    directory,
    fill: async () => {
      const { bavail, bsize } = await statfs(directory)
      await writeFile(join(directory, 'filler'), Buffer.alloc(bavail * bsize)).catch(() => {})
    },
    makeReadOnly: () => mount('remount,ro').then(() => {}),
    remove: async () => {
      await run('umount', ['--lazy', directory])
      await rm(directory, { recursive: true })
    },
  }
}

/** Why no disk can be mounted here; undefined when one can. */
export async function whyNoSmallDisk(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'a disk in memory needs Linux'
  try {
    await (await mountSmallDisk(1)).remove()
    return undefined
  } catch {
    return 'only root may mount a disk in memory'
  }
}
