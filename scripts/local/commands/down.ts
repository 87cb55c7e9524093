import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { control } from '../control.ts'
import type { LocalPaths } from '../paths.ts'
import { readLedger, supervisorName } from '../processes/ledger.ts'
import { isSame } from '../processes/process-identity.ts'
import { isServed } from '../supervisor/control-server.ts'
import { removeVolume } from '../tools/kafka-from-docker.ts'
import { cleanUp } from './clean-up.ts'

/** After the last of its processes the supervisor has only files to remove. */
const supervisorEndsWithinMs = 5_000

/** `down`: stops everything and, after a supervisor that was killed, what it left; `purge` removes the data too. */
export async function down(paths: LocalPaths, { purge }: { purge: boolean }): Promise<void> {
  const served = await isServed(paths.controlSocket)
  if (served) await stopSupervisor(paths)
  const ended = await cleanUp(paths)
  if (ended.length > 0) console.log(`Ended what a killed supervisor had left: ${ended.join(', ')}.`)
  else console.log(served ? 'Breakwater is stopped.' : 'Breakwater does not run.')
  if (!purge) return
  await removeVolume(join(paths.data, 'kafka'))
  await rm(paths.data, { recursive: true, force: true })
  console.log(`Removed the data in ${paths.data}.`)
}

/** Asks the supervisor to stop; one that does not answer or does not end is killed, and `cleanUp` does its work. */
async function stopSupervisor(paths: LocalPaths): Promise<void> {
  const supervisor = readLedger(paths.ledger).find(({ name }) => name === supervisorName)
  try {
    for await (const line of control(paths).stop()) console.log(line)
  } catch (error) {
    console.log(`The supervisor does not stop by itself (${error instanceof Error ? error.message : error}).`)
  }
  const deadline = performance.now() + supervisorEndsWithinMs
  while (supervisor && isSame(supervisor)) {
    if (performance.now() > deadline) process.kill(supervisor.pid, 'SIGKILL')
    await pause(50)
  }
}
