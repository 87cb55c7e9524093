import { type ExitCode, exitCodes } from '../../cli/exit-codes.ts'
import { consoleToken, consoleUrl } from '../console-token.ts'
import type { LocalPaths } from '../paths.ts'
import { synthWhenStale } from '../plan/synth.ts'
import { isTaken, portTaken } from '../processes/free-ports.ts'
import { shopProcesses } from '../processes/shop-processes.ts'
import { ensureRoom, roomToStart } from '../room.ts'
import { readState } from '../state.ts'
import { ensureEnvoy } from '../tools/envoy.ts'
import { ensureKafka } from '../tools/kafka.ts'
import { gatewayPortOf } from './gateway-port.ts'
import { printProgress } from './print-progress.ts'
import { runsAlready } from './runs-already.ts'
import { startInBackground } from './start-in-background.ts'
import { startInForeground } from './start-in-foreground.ts'
import { status } from './status.ts'

export interface UpOptions {
  readonly foreground: boolean
  /** What runs is printed as JSON, and everything else on stderr. */
  readonly json?: boolean
  /** False when whoever starts it stops it as well, and nobody needs to be told how. */
  readonly stays?: boolean
  /** Takes a line for people. */
  readonly print?: (line: string) => void
}

/**
 * `up`: starts the shop in the background and returns when it is ready; in the foreground it returns when the shop is stopped.
 * @throws CommandError when it cannot start, or was stopped while it started
 */
export async function up(
  paths: LocalPaths,
  { foreground, json = false, stays = true, print = json ? console.error : console.log }: UpOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  const tellState = async (): Promise<void> => (json ? status(paths, { json }) : undefined)
  const gatewayPort = gatewayPortOf(process.env)
  const running = await runsAlready(paths, process.env.PORT ? gatewayPort : undefined)
  if (running !== undefined) {
    print(running)
    await tellConsole(paths, print)
    await tellState()
    return exitCodes.done
  }
  // Who holds the port may be what a killed supervisor left, which the new one ends, or a shop that another `up` has just started.
  if ((await isTaken(gatewayPort)) && shopProcesses(paths.folder).length === 0) throw portTaken(gatewayPort)
  await ensureRoom(paths.folder, roomToStart)
  const url = `http://127.0.0.1:${gatewayPort}`
  const { step, event } = printProgress(url, print)
  if (!process.env.BREAKWATER_MANIFESTS && (await synthWhenStale(paths.manifests))) step('synthesized dist/local')
  await Promise.all([ensureEnvoy({ tools: paths.tools, log: step }), ensureKafka({ tools: paths.tools, log: step })])
  signal.throwIfAborted()
  if (foreground) return startInForeground(paths, signal)
  await startInBackground(paths, event, signal)
  if (stays) await tellConsole(paths, print)
  if (stays) print(`Try: curl -s ${url}/v1/products   See: make status, make logs   Break it: make fault   Stop it: make down`)
  await tellState()
  return exitCodes.done
}

/** Where a person sees what happens in the shop. */
async function tellConsole(paths: LocalPaths, print: (line: string) => void): Promise<void> {
  const state = await readState(paths.state)
  if (state?.console) print(`Console: ${consoleUrl(state.console.port, await consoleToken(paths.consoleToken))}`)
}
