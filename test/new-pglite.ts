import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A place for a PGlite of one's own. Its files are a copy of an empty cluster; one in memory would run `initdb`, 6 s of a processor. */
export async function newPglite(): Promise<{ readonly url: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-pglite-'))
  return { url: `pglite:${join(directory, 'db')}`, remove: () => rm(directory, { recursive: true, force: true }) }
}
