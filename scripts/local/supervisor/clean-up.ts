import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { LocalPaths } from '../paths.ts'
import { reapOrphans } from '../processes/reap-orphans.ts'
import { removeContainer } from '../tools/kafka-from-docker.ts'

/**
 * Ends and removes what a supervisor that was killed left behind, but for its control socket. No supervisor may run any more but
 * the one that asks for it.
 * @returns the names of the processes that were still running
 */
export async function cleanUp(paths: LocalPaths): Promise<string[]> {
  const ended = await reapOrphans(paths.folder)
  await removeContainer(join(paths.data, 'kafka'))
  await rm(paths.state, { force: true })
  return ended
}
