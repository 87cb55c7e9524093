import type { LocalPaths } from '../paths.ts'
import { synthWhenStale } from '../plan/synth.ts'
import { isTaken, portTaken } from '../processes/free-ports.ts'
import { shopProcesses } from '../processes/shop-processes.ts'
import { ensureRoom, roomToStart } from '../room.ts'
import { ensureEnvoy } from '../tools/envoy.ts'
import { ensureKafka } from '../tools/kafka.ts'
import { entryPortOf } from './entry-port.ts'
import { printProgress } from './print-progress.ts'
import { runsAlready } from './runs-already.ts'
import { startInBackground } from './start-in-background.ts'
import { startInForeground } from './start-in-foreground.ts'

export interface UpOptions {
  readonly foreground: boolean
  /** False when whoever starts it stops it as well, and nobody needs to be told how. */
  readonly stays?: boolean
}

/**
 * `up`: starts the shop in the background and returns when it is ready; in the foreground it returns when the shop is stopped.
 * @returns the exit code
 */
export async function up(paths: LocalPaths, { foreground, stays = true }: UpOptions, signal: AbortSignal): Promise<number> {
  const entryPort = entryPortOf(process.env)
  const running = await runsAlready(paths, process.env.PORT ? entryPort : undefined)
  if (running !== undefined) {
    console.log(running)
    return 0
  }
  // Who holds the port may be what a killed supervisor left, which the new one ends, or a shop that another `up` has just started.
  if ((await isTaken(entryPort)) && shopProcesses(paths.folder).length === 0) throw portTaken(entryPort)
  await ensureRoom(paths.folder, roomToStart)
  const url = `http://127.0.0.1:${entryPort}`
  const { step, event } = printProgress(url)
  if (!process.env.BREAKWATER_MANIFESTS && (await synthWhenStale(paths.manifests))) step('synthesized dist/local')
  await Promise.all([ensureEnvoy({ tools: paths.tools, say: step }), ensureKafka({ tools: paths.tools, say: step })])
  signal.throwIfAborted()
  if (foreground) return startInForeground(paths, signal)
  await startInBackground(paths, event, signal)
  if (stays) console.log(`Try: curl -s ${url}/v1/products   See: make status, make logs   Break it: make fault   Stop it: make down`)
  return 0
}
