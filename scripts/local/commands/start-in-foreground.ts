import { once } from 'node:events'
import { CommandError } from '../../cli/command-error.ts'
import { type ExitCode, exitCodes } from '../../cli/exit-codes.ts'
import type { LocalPaths } from '../paths.ts'
import { howItEnded, spawnSupervisor } from './spawn-supervisor.ts'

/**
 * Runs a supervisor at this terminal until it ends; the signal stops it in order.
 * @returns its exit code; it has said the reason itself
 * @throws CommandError when a signal ended it, so that it could say nothing
 */
export async function startInForeground({ folder }: LocalPaths, signal: AbortSignal): Promise<ExitCode> {
  const supervisor = spawnSupervisor(folder, { stdio: 'inherit' })
  const ended = once(supervisor, 'exit')
  const stop = (): boolean => supervisor.kill('SIGTERM')
  signal.addEventListener('abort', stop)
  await ended
  if (supervisor.exitCode !== null) return supervisor.exitCode === 0 ? exitCodes.done : exitCodes.failed
  throw new CommandError(`The supervisor ${howItEnded(supervisor)}. What it left ends with: make down`)
}
