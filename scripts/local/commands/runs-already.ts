import { setTimeout as pause } from 'node:timers/promises'
import { CommandError } from '../../cli/command-error.ts'
import { control } from '../control.ts'
import type { LocalPaths } from '../paths.ts'
import { supervisorsOf } from '../processes/shop-processes.ts'
import type { LocalState } from '../state.ts'
import { isServed } from '../supervisor/control-server.ts'

/** From its birth to its first answer; its tools may have to be asked for their versions on a busy machine. */
const servesWithinMs = 30_000

/**
 * Looks whether the shop of this folder runs or is starting.
 * @param wantedPort the port that the user named, if any
 * @returns what to tell the user about the shop that runs; undefined when none does
 * @throws CommandError when it is reached at another port than the wanted one, or when its supervisor does not answer
 */
export async function runsAlready(
  { controlSocket, folder }: LocalPaths,
  wantedPort: number | undefined,
  withinMs: number = servesWithinMs,
): Promise<string | undefined> {
  const deadline = performance.now() + withinMs
  while (performance.now() < deadline) {
    // Its socket is there a little after it has begun, and is gone a little before it ends.
    if (await isServed(controlSocket)) {
      const state = await control({ controlSocket })
        .state()
        .catch(() => undefined)
      if (state) return describe(state, wantedPort)
    } else if (supervisorsOf(folder).length === 0) return undefined
    await pause(200)
  }
  const [supervisor] = supervisorsOf(folder)
  if (!supervisor) return undefined
  throw new CommandError(`A supervisor runs (pid ${supervisor.pid}) and does not answer. End it: make down`)
}

function describe({ gatewayUrl, readyAt }: LocalState, wantedPort: number | undefined): string {
  const { port } = new URL(gatewayUrl)
  if (wantedPort !== undefined && Number(port) !== wantedPort)
    throw new CommandError(`Breakwater runs at port ${port}, not at ${wantedPort}. To move it: make down, then PORT=${wantedPort} make up`)
  return readyAt ? `Breakwater runs already: ${gatewayUrl}` : 'Breakwater is starting already: make status'
}
