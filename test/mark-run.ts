import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Every process that a run of tests starts has it from its birth; one that is given an environment of its own must be given this, too. */
export const runVariable = 'BREAKWATER_TEST_RUN'

/**
 * Marks what this run will start, before it starts anything: should the run end without its teardown (Ctrl-C, SIGKILL), reap-run.ts ends it. The mark
 * is in the environment, because each project of vitest loads this module anew.
 */
export function markRun(): void {
  const ofThisProcess = `${process.pid}-`
  if (process.env[runVariable]?.startsWith(ofThisProcess)) return
  const mark = `${ofThisProcess}${Date.now()}`
  // In a session of its own, which Ctrl-C does not reach. All it needs of this process is that the pipe closes with it.
  const reaper = spawn(process.execPath, [fileURLToPath(new URL('reap-run.ts', import.meta.url)), mark], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  reaper.unref()
  const { stdin } = reaper
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref()
  process.env[runVariable] = mark
}
