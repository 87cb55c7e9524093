import { exitCodeOf, messageOf } from './command-error.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { printableLines } from './printable.ts'

/** What the action of a command is given. */
export interface ActionContext {
  /**
   * Aborted by Ctrl-C, SIGTERM, a closed terminal, or when nobody reads the output any more. An action that has asked for it ends by
   * itself, in order; one that never did is ended at once.
   */
  readonly signal: AbortSignal
}

/** @returns its exit code; 0 when it returns none */
export type Action = (context: ActionContext) => Promise<ExitCode> | Promise<void>

/** Runs a command's action as the process's only work: errors become one readable text on stderr and an exit code. */
export async function runAction(action: Action): Promise<void> {
  const interruption = watchInterruptions()
  try {
    // What the action loads from here on loads faster.
    await import('./packages-in-few-files.ts')
    process.exitCode = (await action(interruption)) ?? exitCodes.done
  } catch (error) {
    if (!interruption.isAborted()) process.stderr.write(`${printableLines(messageOf(error))}\n`)
    // At once: a client that has nobody to talk to would go on trying.
    process.exit(interruption.isAborted() ? exitCodes.interrupted : exitCodeOf(error))
  }
}

function watchInterruptions(): ActionContext & { isAborted(): boolean } {
  const controller = new AbortController()
  let endsInOrder = false
  const interrupt = (reason: Error, exitCode: ExitCode): void => {
    if (!endsInOrder) process.exit(exitCode)
    controller.abort(reason)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interrupt(new Error(`interrupted by ${signal}`), exitCodes.interrupted))
  // `logs --follow | head`, a terminal that was closed, or the disk of the output is full.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && !endsInOrder) throw error
      interrupt(error, exitCodes.readerGone)
    })
  return {
    get signal() {
      endsInOrder = true
      return controller.signal
    },
    isAborted: () => controller.signal.aborted,
  }
}
