import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { markRun } from './mark-run.ts'

/** Everything that tests put into the system's temporary folder lands in one of this run's own; whoever leaves something there fails the run. */
export async function setup(): Promise<() => Promise<void>> {
  markRun()
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-tests-'))
  // Others may pass through it: PostgreSQL does not run as root.
  await chmod(directory, 0o711)
  process.env.TMPDIR = directory
  return async () => {
    // Node's own cache of compiled modules, which tools switch on, is nobody's to clean up.
    const left = (await readdir(directory)).filter((name) => name !== 'node-compile-cache')
    await rm(directory, { recursive: true, force: true })
    if (left.length > 0) throw new Error(`Tests left in the temporary folder: ${left.join(', ')}`)
  }
}
