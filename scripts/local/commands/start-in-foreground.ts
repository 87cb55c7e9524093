import { once } from 'node:events'
import type { LocalPaths } from '../paths.ts'
import { CommandFailed } from './command-failed.ts'
import { howItEnded, spawnSupervisor } from './spawn-supervisor.ts'

/**
 * Runs a supervisor at this terminal until it ends; the signal stops it in order.
 * @returns its exit code; it has said the reason itself
 * @throws CommandFailed when a signal ended it, so that it could say nothing
 */
export async function startInForeground({ folder }: LocalPaths, signal: AbortSignal): Promise<number> {
  const supervisor = spawnSupervisor(folder, { stdio: 'inherit' })
  const ended = once(supervisor, 'exit')
  const stop = (): boolean => supervisor.kill('SIGTERM')
  signal.addEventListener('abort', stop)
  await ended
  if (supervisor.exitCode !== null) return supervisor.exitCode
  throw new CommandFailed(`The supervisor ${howItEnded(supervisor)}. What it left ends with: make down`)
}
