import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { control, type ProgressEvent } from '../control.ts'
import type { LocalPaths } from '../paths.ts'
import { isServed } from '../supervisor/control-server.ts'
import { CommandFailed } from './command-failed.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

/**
 * Starts a supervisor that outlives this command, and returns when it is ready. Until then the signal stops it.
 * @throws CommandFailed with the reason when the start fails
 */
export async function startInBackground(
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
    const [code] = await exited
    signal.throwIfAborted()
    if (code === 0) throw new CommandFailed('Breakwater was stopped while it was starting.')
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
