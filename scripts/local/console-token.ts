import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * The token of this machine's consoles: made once, readable by its owner only, and kept, so that a page that is open still may act when its
 * console was started again.
 */
export async function consoleToken(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  return (await readFile(file, 'utf8')).trim()
}

/** Where a person opens a console, with what it takes to act; what is behind `#` is sent to nobody. */
export const consoleUrl = (port: number, token: string): string => `http://127.0.0.1:${port}/#token=${token}`
