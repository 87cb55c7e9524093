import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ensureRoom, roomToInstall } from '../room.ts'

/**
 * Makes a directory whole or not at all: `fill` works in a directory beside it, which gets its name at the end.
 * @param directory the wanted directory; when it exists, nothing is done
 * @returns the directory
 * @throws NoRoom, and whatever `fill` throws
 */
export async function installOnce(directory: string, fill: (partial: string) => Promise<void>): Promise<string> {
  if (await exists(directory)) return directory
  await ensureRoom(dirname(directory), roomToInstall)
  await removeAbandoned(directory)
  const partial = `${directory}.partial-${process.pid}`
  try {
    await mkdir(partial)
    await fill(partial)
    await rename(partial, directory).catch(async (error: unknown) => {
      // Somebody else was faster: theirs is as good.
      if (!(await exists(directory))) throw error
    })
    return directory
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

/** What an installation that was killed left behind. */
async function removeAbandoned(directory: string): Promise<void> {
  const prefix = `${basename(directory)}.partial-`
  for (const name of await readdir(dirname(directory))) {
    if (name.startsWith(prefix) && !isAlive(Number(name.slice(prefix.length)))) {
      await rm(join(dirname(directory), name), { recursive: true, force: true })
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
