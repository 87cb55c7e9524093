import { access, constants, mkdir, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CommandError } from '../cli/command-error.ts'

const megabyte = 1024 * 1024
/** Bytes that a shop needs to start: its logs and data, and orders for an afternoon. */
export const roomToStart = 200 * megabyte
/** Bytes below which it stops as long as it can do so in order. */
export const roomToRun = 32 * megabyte
/** Bytes that a tool needs while it is downloaded and unpacked. */
export const roomToInstall = 300 * megabyte

/** A folder cannot be written, or has too little room. The message is one line. */
export class NoRoom extends CommandError {
  override readonly name = 'NoRoom'
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder was removed',
  EROFS: 'its file system is read-only',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EDQUOT: "this user's quota is used up",
  ENOSPC: 'its disk is full',
}

/** Bytes that this user can still write into a folder. */
export async function freeRoom(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/**
 * Makes a folder when it is missing, and sees that it can be written and has room.
 * @param wanted bytes
 * @throws NoRoom
 */
export async function ensureRoom(folder: string, wanted: number): Promise<void> {
  const probe = join(folder, `.probe-${process.pid}`)
  try {
    await access(await nearestThatExists(folder), constants.W_OK)
    await mkdir(folder, { recursive: true })
    await writeFile(probe, 'room?')
  } catch (error) {
    throw unwritable(folder, error)
  } finally {
    await rm(probe, { force: true }).catch(() => {})
  }
  const free = await freeRoom(folder)
  if (free < wanted) throw new NoRoom(`${folder} has ${inMegabytes(free)} MB left, and ${inMegabytes(wanted)} MB are needed.`)
}

/** Where something is made when a path is: mkdir itself calls a read-only file system a missing directory. */
async function nearestThatExists(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  return found || dirname(path) === path ? path : nearestThatExists(dirname(path))
}

/** A write that failed → one line that names the place and the reason. */
export function unwritable(path: string, error: unknown): NoRoom {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return new NoRoom(`${path} cannot be written: ${reasons[code] ?? (error instanceof Error ? error.message : String(error))}.`)
}

export const inMegabytes = (bytes: number): number => Math.floor(bytes / megabyte)
