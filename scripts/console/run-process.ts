import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { TargetName } from '../cli/options.ts'
import type { RunMessage } from './experiments/run-state.ts'
import type { RunProcess, StartRun } from './experiments/runs.ts'

const main = fileURLToPath(new URL('./run-experiment.ts', import.meta.url))
const preload = new URL('../cli/packages-in-few-files.ts', import.meta.url).href

/** How runs are started: each in a process that ends in order with this one. */
export const runProcess =
  (target: TargetName, out: string): StartRun =>
  (name, tell): RunProcess => {
    // A group of its own: a Ctrl-C reaches the console, which lets it end in order.
    const child = fork(main, [name, target, out], {
      execArgv: [`--import=${preload}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: true,
    })
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-2000)
    })
    child.on('message', (message) => tell(message as RunMessage))
    const ended = once(child, 'close').then(
      ([code]) => {
        if (code !== 0) tell({ kind: 'error', reason: said.trim() || `its process ended with ${code}` })
      },
      (error: Error) => tell({ kind: 'error', reason: error.message }),
    )
    return { abort: () => child.connected && child.send('abort', () => {}), ended }
  }
