import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AnotherRun, type RunLock } from './run-lock.ts'

/** https://www.sqlite.org/rescode.html#busy */
const busy = 5

/**
 * A lock of the operating system on a file, by the one portable way that Node has to it: it ends with the process, however that ends, so
 * nothing stale is ever to be told from what is held. `<file>.holder` says whose it is.
 * @throws AnotherRun while another process, or another call of this one, holds it
 */
export async function lockFile(file: string): Promise<RunLock> {
  await mkdir(dirname(file), { recursive: true })
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) throw new AnotherRun(await holderOf(file))
    throw error
  }
  await writeFile(holderFile(file), `pid ${process.pid}, since ${new Date().toISOString()}`)
  return { lost: new AbortController().signal, release: async () => database.close() }
}

const holderFile = (file: string): string => `${file}.holder`

const holderOf = (file: string): Promise<string> => readFile(holderFile(file), 'utf8').catch(() => 'it has just begun')
