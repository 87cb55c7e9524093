import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { printJson } from '../../cli/options.ts'
import { control } from '../control.ts'
import type { LocalPaths } from '../paths.ts'
import { endProcesses, haveEnded } from '../processes/end-processes.ts'
import { supervisorsOf } from '../processes/shop-processes.ts'
import { cleanUp } from '../supervisor/clean-up.ts'
import { isServed } from '../supervisor/control-server.ts'
import { removeVolume } from '../tools/kafka-from-docker.ts'

/** After the last of its processes the supervisor has only files to remove. */
const supervisorEndsWithinMs = 5_000
/** What stopping the shop may take: every process is given its own time before it is killed. */
const shopStopsWithinMs = 60_000

export interface DownOptions {
  /** Its data too. */
  readonly purge: boolean
  readonly json?: boolean
  /** Takes a line for people. */
  readonly print?: (line: string) => void
}

/** `down`: stops everything and, after a supervisor that was killed, what it left; `purge` removes the data too. */
export async function down(
  paths: LocalPaths,
  { purge, json = false, print = json ? console.error : console.log }: DownOptions,
): Promise<void> {
  const supervised = await endSupervisor(paths, print)
  const ended = await cleanUp(paths)
  await Promise.all([paths.controlSocket, paths.failure].map((file) => rm(file, { force: true })))
  if (ended.length > 0) print(`Ended what a killed supervisor had left: ${ended.join(', ')}.`)
  else print(supervised ? 'Breakwater is stopped.' : 'Breakwater does not run.')
  if (purge) {
    await removeVolume(join(paths.data, 'kafka'))
    await Promise.all([paths.data, paths.telemetry].map((folder) => rm(folder, { recursive: true, force: true })))
    print(`Removed the data in ${paths.data}.`)
  }
  if (json) printJson({ stopped: supervised, ended, purged: purge })
}

/**
 * Asks the supervisor to stop, over its socket or, when that is gone, by a signal; one that does not answer or does not end is killed,
 * and `cleanUp` does its work.
 * @returns whether there was one
 */
async function endSupervisor(paths: LocalPaths, print: (line: string) => void): Promise<boolean> {
  const served = await isServed(paths.controlSocket)
  if (served) await askToStop(paths, print)
  const supervisors = supervisorsOf(paths.folder)
  if (!(served && (await haveEnded(supervisors, supervisorEndsWithinMs)))) {
    for (const { pid } of supervisors) print(`stopping the supervisor (pid ${pid}), which does not answer on its socket`)
    await endProcesses(supervisors, served ? 0 : shopStopsWithinMs)
  }
  return served || supervisors.length > 0
}

async function askToStop(paths: LocalPaths, print: (line: string) => void): Promise<void> {
  try {
    for await (const line of control(paths).stop()) print(line)
  } catch (error) {
    print(`The supervisor does not stop by itself (${error instanceof Error ? error.message : error}).`)
  }
}
