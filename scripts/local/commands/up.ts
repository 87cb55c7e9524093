import { control, type ProgressEvent } from '../control.ts'
import type { LocalPaths } from '../paths.ts'
import { synthWhenStale } from '../plan/synth.ts'
import { isTaken } from '../processes/free-ports.ts'
import { isServed } from '../supervisor/control-server.ts'
import { createProgress } from '../supervisor/progress.ts'
import { runSupervisor } from '../supervisor.ts'
import { ensureEnvoy } from '../tools/envoy.ts'
import { ensureKafka } from '../tools/kafka.ts'
import { cleanUp } from './clean-up.ts'
import { CommandFailed } from './command-failed.ts'
import { entryPortOf } from './entry-port.ts'
import { paint, seconds } from './print.ts'
import { startInBackground } from './start-in-background.ts'

export interface UpOptions {
  readonly foreground: boolean
  /** False when whoever starts it stops it as well, and nobody needs to be told how. */
  readonly stays?: boolean
}

/** `up`: starts the shop in the background and returns when it is ready; in the foreground it returns when the shop is stopped. */
export async function up(paths: LocalPaths, { foreground, stays = true }: UpOptions, signal: AbortSignal): Promise<void> {
  const began = performance.now()
  const elapsed = (): number => performance.now() - began
  if (await isServed(paths.controlSocket)) {
    // It does not answer with a state before it has planned its processes.
    const state = await control(paths)
      .state()
      .catch(() => undefined)
    console.log(
      state?.readyAt ? `Breakwater runs already: ${state.gatewayUrl}` : 'Breakwater is starting already: npm run -s local -- status',
    )
    return
  }
  const step = (text: string): void => console.log(`${paint('dim', seconds(elapsed()))}  ${text}`)
  const ended = await cleanUp(paths)
  if (ended.length > 0) step(`ended what an earlier shop had left running: ${ended.join(', ')}`)
  const entryPort = entryPortOf(process.env)
  if (await isTaken(entryPort))
    throw new CommandFailed(`Port ${entryPort} is taken. Free it, or choose another one: PORT=${entryPort + 1} make up`)
  if (!process.env.BREAKWATER_MANIFESTS && (await synthWhenStale(paths.manifests))) step('synthesized dist/local')
  const [envoy, kafka] = await Promise.all([ensureEnvoy({ tools: paths.tools, say: step }), ensureKafka({ tools: paths.tools, say: step })])
  signal.throwIfAborted()
  const url = `http://127.0.0.1:${entryPort}`
  const print = (event: ProgressEvent): void => {
    if (event.kind === 'step') step(event.text)
    if (event.kind === 'ready') step(paint('green', `Breakwater is ready: ${url}`))
  }
  if (foreground) {
    const progress = createProgress(elapsed)
    progress.follow(print)
    await runSupervisor({ paths, entryPort, envoy, kafka, env: process.env, progress, say: step, signal })
  } else {
    await startInBackground(paths, print, signal)
    if (stays) console.log(`Try: curl -s ${url}/v1/products   See: make status, make logs   Break it: make fault   Stop it: make down`)
  }
}
