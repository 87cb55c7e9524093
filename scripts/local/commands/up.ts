import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
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
import { CommandFailed, paint, seconds } from './print.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

/** `up`: starts the shop in the background and returns when it is ready; in the foreground it returns when the shop is stopped. */
export async function up(paths: LocalPaths, { foreground }: { foreground: boolean }, signal: AbortSignal): Promise<void> {
  const began = performance.now()
  const elapsed = (): number => performance.now() - began
  if (await isServed(paths.controlSocket)) {
    const state = await control(paths).state()
    console.log(
      state.readyAt ? `Breakwater runs already: ${state.gatewayUrl}` : 'Breakwater is starting already: npm run -s local -- status',
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
  if (!foreground) return inBackground(paths, (event) => print(event, step, entryPort), signal)

  const progress = createProgress(elapsed)
  progress.follow((event) => print(event, step, entryPort))
  await runSupervisor({ paths, entryPort, envoy, kafka, env: process.env, progress, say: step, signal })
}

function print(event: ProgressEvent, step: (text: string) => void, entryPort: number): void {
  if (event.kind === 'step') step(event.text)
  if (event.kind === 'ready') step(paint('green', `Breakwater is ready: http://127.0.0.1:${entryPort}/v1/products`))
}

/** A supervisor that outlives this command; until it is ready, Ctrl-C stops it. */
async function inBackground(
  { controlSocket, supervisorOutput }: LocalPaths,
  print: (event: ProgressEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  mkdirSync(dirname(supervisorOutput), { recursive: true })
  const output = openSync(supervisorOutput, 'w')
  const supervisor = spawn(process.execPath, [main, 'up', '--foreground'], { detached: true, stdio: ['ignore', output, output] })
  closeSync(output)
  const exited = once(supervisor, 'exit')
  const stop = (): boolean => supervisor.kill('SIGTERM')
  signal.addEventListener('abort', stop)
  try {
    while (supervisor.exitCode === null && !(await isServed(controlSocket))) await pause(50)
    const end = await lastEvent(controlSocket, print)
    if (end?.kind === 'ready') {
      supervisor.unref()
      return
    }
    await exited
    signal.throwIfAborted()
    throw new CommandFailed(end?.kind === 'failed' ? end.reason : (await readFile(supervisorOutput, 'utf8')).trim())
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Follows the start to its end; undefined when the supervisor ended without a word. */
async function lastEvent(controlSocket: string, print: (event: ProgressEvent) => void): Promise<ProgressEvent | undefined> {
  let last: ProgressEvent | undefined
  try {
    for await (const event of control({ controlSocket }).progress()) {
      last = event
      print(event)
    }
  } catch {
    // It was stopped while we listened: its output says the rest.
  }
  return last
}

function entryPortOf({ PORT }: NodeJS.ProcessEnv): number {
  if (!PORT) return 8080
  const port = Number(PORT)
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new CommandFailed(`PORT=${PORT} is not a port: use a number from 1 to 65535.`)
  return port
}
