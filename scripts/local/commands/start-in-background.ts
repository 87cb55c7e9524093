import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CommandError } from '../../cli/command-error.ts'
import { control, type ProgressEvent } from '../control.ts'
import type { LocalPaths } from '../paths.ts'
import { supervisedOf } from '../processes/shop-processes.ts'
import { isServed } from '../supervisor/control-server.ts'
import { howItEnded, spawnSupervisor } from './spawn-supervisor.ts'

/**
 * Starts a supervisor that outlives this command, and returns when it is ready. Until then the signal stops it.
 * @throws CommandError with the reason when the start fails
 */
export async function startInBackground(
  { folder, controlSocket, supervisorOutput }: LocalPaths,
  print: (event: ProgressEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  mkdirSync(dirname(supervisorOutput), { recursive: true })
  const output = openSync(supervisorOutput, 'w')
  const supervisor = spawnSupervisor(folder, { detached: true, stdio: ['ignore', output, output] })
  closeSync(output)
  const exited = once(supervisor, 'exit')
  const runs = (): boolean => supervisor.exitCode === null && supervisor.signalCode === null
  const stop = (): boolean => supervisor.kill('SIGTERM')
  signal.addEventListener('abort', stop)
  try {
    while (runs() && !(await isServed(controlSocket))) await pause(50)
    const end = await lastEvent(controlSocket, print)
    if (end?.kind === 'ready') {
      supervisor.unref()
      return
    }
    await exited
    signal.throwIfAborted()
    if (end?.kind === 'failed') throw new CommandError(end.reason)
    if (supervisor.exitCode === 0) throw new CommandError('Breakwater was stopped while it was starting.')
    const output = (await readFile(supervisorOutput, 'utf8').catch(() => '')).trim()
    const left = supervisedOf(folder).length
    const ended = `The supervisor ${howItEnded(supervisor)}${left > 0 ? ` and left ${left} processes. End them: make down` : '.'}`
    throw new CommandError(supervisor.signalCode === null && output ? output : ended)
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
