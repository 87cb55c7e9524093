import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { faultOf } from './segment.ts'

/** Another process writes this store. */
export class StoreIsWritten extends Error {
  constructor(folder: string) {
    super(`another process writes the store in ${folder}`)
  }
}

/**
 * Makes this process the only writer of a store until it gives the lock back or ends, however it ends: the system knows who holds it.
 * @returns gives it back
 * @throws StoreIsWritten
 */
export function lockForWriting(folder: string): () => void {
  const lock = new DatabaseSync(join(folder, 'writer.lock'))
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (faultOf(error) === 'busy') throw new StoreIsWritten(folder)
    throw error
  }
  return () => lock.close()
}
