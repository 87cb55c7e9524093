import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { control } from '../control.ts'
import type { LocalPaths } from '../paths.ts'
import { readLedger } from '../processes/ledger.ts'
import { isSame } from '../processes/process-identity.ts'
import { isServed } from '../supervisor/control-server.ts'
import { removeVolume } from '../tools/kafka-from-docker.ts'
import { cleanUp } from './clean-up.ts'
import { CommandFailed } from './print.ts'

/** The sum of what the supervisor grants its processes, and a little. */
const supervisorEndsWithinMs = 60_000

/** `down`: stops everything and, after a supervisor that was killed, what it left; `purge` removes the data too. */
export async function down(paths: LocalPaths, { purge }: { purge: boolean }): Promise<void> {
  if (await isServed(paths.controlSocket)) {
    await stopSupervisor(paths)
    console.log('Breakwater is stopped.')
  } else {
    const ended = await cleanUp(paths)
    console.log(ended.length > 0 ? `Ended what a killed supervisor had left: ${ended.join(', ')}.` : 'Breakwater does not run.')
  }
  if (!purge) return
  await removeVolume(join(paths.data, 'kafka'))
  await rm(paths.data, { recursive: true, force: true })
  console.log(`Removed the data in ${paths.data}.`)
}

async function stopSupervisor(paths: LocalPaths): Promise<void> {
  const supervisor = readLedger(paths.ledger).find(({ name }) => name === 'supervisor')
  for await (const line of control(paths).stop()) console.log(line)
  const deadline = performance.now() + supervisorEndsWithinMs
  while (supervisor && isSame(supervisor)) {
    if (performance.now() > deadline) throw new CommandFailed(`The supervisor (${supervisor.pid}) does not end; see ${paths.log}.`)
    await pause(50)
  }
}
