import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { LocalPaths } from '../paths.ts'
import { endLeftovers } from '../processes/end-leftovers.ts'
import { readLedger, removeLedger, supervisorName } from '../processes/ledger.ts'
import { removeContainer } from '../tools/kafka-from-docker.ts'

/**
 * Ends and removes what a supervisor that was killed left behind.
 * @returns the names of the processes that were still running
 */
export async function cleanUp(paths: LocalPaths): Promise<string[]> {
  const ended = await endLeftovers(readLedger(paths.ledger).filter(({ name }) => name !== supervisorName))
  await removeContainer(join(paths.data, 'kafka'))
  removeLedger(paths.ledger)
  await Promise.all([paths.state, paths.controlSocket].map((file) => rm(file, { force: true })))
  return ended
}
