import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LocalPaths } from '../paths.ts'
import { freeRoom, inMegabytes, NoRoom, roomToRun } from '../room.ts'

const everyMs = 1_000

/**
 * Watches that the folder of a running shop is there and has room. A full disk breaks Kafka, the databases and Envoy, each in another
 * way and some for minutes; here it is one thing with one reason.
 * @param failed takes the reason, once
 * @returns stops watching
 */
export function watchFolder({ folder, state }: Pick<LocalPaths, 'folder' | 'state'>, failed: (error: Error) => void): () => void {
  const run = dirname(state)
  const inode = inodeOf(run)
  const look = async (): Promise<void> => {
    if (inodeOf(run) !== inode) throw new NoRoom(`${folder} was removed while the shop ran.`)
    const free = await freeRoom(folder)
    if (free < roomToRun) throw new NoRoom(`The disk of ${folder} is full: ${inMegabytes(free)} MB left.`)
  }
  const timer = setInterval(() => {
    look().catch((error: unknown) => {
      clearInterval(timer)
      failed(error instanceof Error ? error : new Error(String(error)))
    })
  }, everyMs)
  return () => clearInterval(timer)
}

const inodeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino
