import { Console } from 'node:console'
import { vi } from 'vitest'
import { main } from '../scripts/commands/main.ts'

/** How a command ended, and all it said on each stream. */
export interface Ending {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** What `process.exit` would have ended the process with. */
class Exit extends Error {
  readonly code: number
  constructor(code: number) {
    super(`exit ${code}`)
    this.code = code
  }
}

/** Ends with the last command: what two print at once could not be told apart. */
let turn: Promise<unknown> = Promise.resolve()

/**
 * `npx breakwater …` in this process, without the second of imports that each process of its own would cost; one after another.
 *
 * It differs from a process: `process.exit` ends the command and nothing else, so connections that are still open stay open; a command
 * that returns has ended, even where it would keep a process alive; nobody closes its streams; signals are the test's own; modules are
 * loaded once for all runs. What only a process can show needs one.
 * @param env variables on top of this process's own, while it runs
 * @throws what the program would have died of
 */
export function breakwater(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ending> {
  const ending = turn.then(() => run(words, env))
  turn = ending.catch(() => undefined)
  return ending
}

async function run(words: readonly string[], env: NodeJS.ProcessEnv): Promise<Ending> {
  const giveBack = taken()
  const streams = { out: '', err: '' }
  const keep = (name: keyof typeof streams) => (text: string | Uint8Array) => {
    streams[name] += typeof text === 'string' ? text : Buffer.from(text).toString()
    return true
  }
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(keep('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(keep('err')),
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Exit(Number(code ?? 0))
    }),
  ]
  // Vitest's own console keeps what is printed away from the streams.
  globalThis.console = new Console(process.stdout, process.stderr)
  process.env = { ...process.env, ...env }
  process.exitCode = undefined
  try {
    await main(words)
    return { code: Number(process.exitCode ?? 0), ...streams }
  } catch (error) {
    if (!(error instanceof Exit)) throw error
    return { code: error.code, ...streams }
  } finally {
    for (const spy of spies) spy.mockRestore()
    giveBack()
  }
}

/** What a command changes of its process. @returns puts all of it back */
function taken(): () => void {
  const { console, process } = globalThis
  const { env, exitCode } = process
  const heard = [
    ...['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => [process as NodeJS.EventEmitter, name] as const),
    [process.stdout, 'error'] as const,
    [process.stderr, 'error'] as const,
  ].map(([emitter, name]) => ({ emitter, name, listeners: emitter.listeners(name) }))
  return () => {
    globalThis.console = console
    process.env = env
    process.exitCode = exitCode
    for (const { emitter, name, listeners } of heard)
      for (const listener of emitter.listeners(name))
        if (!listeners.includes(listener)) emitter.removeListener(name, listener as () => void)
  }
}
