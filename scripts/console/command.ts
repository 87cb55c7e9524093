import { CommandError, messageOf } from '../cli/command-error.ts'
import { printJson, type TargetName } from '../cli/options.ts'
import { consoleToken, consoleUrl } from '../local/console-token.ts'
import type { LocalPaths } from '../local/paths.ts'
import { freePorts } from '../local/processes/free-ports.ts'
import { readState } from '../local/state.ts'
import { startConsole } from './console.ts'

export interface ConsoleCommandOptions {
  readonly target: TargetName
  readonly port?: number
  readonly allowActions: boolean
  readonly json: boolean
}

/**
 * `console`: answers at a port of this machine until it is interrupted. The shop on this machine may have started its own: then that one is named.
 * @throws CommandError when the port is taken
 */
export async function consoleCommand(
  paths: LocalPaths,
  { target, port, allowActions, json }: ConsoleCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const token = await consoleToken(paths.consoleToken)
  const own = target === 'local' && port === undefined ? (await readState(paths.state))?.console : undefined
  if (own?.status === 'ready') {
    say(json, consoleUrl(own.port, token), true)
    return
  }
  const [free = 0] = port === undefined ? await freePorts(1) : [port]
  // On this machine whoever can start the console can do all that it does.
  const mayAct = target === 'local' || allowActions
  const running = await startConsole({ target, port: free, mayAct, token }).catch((error: unknown) => {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    throw new CommandError(isTaken ? `Port ${free} is taken; choose another one with --port, or none.` : messageOf(error))
  })
  say(json, running.url, mayAct)
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await running.close()
}

function say(json: boolean, url: string, mayAct: boolean): void {
  if (json) printJson({ url, mayAct })
  else console.log(`Console: ${url}${mayAct ? '' : '\nIt only looks; --allow-actions lets it act.'}`)
}
