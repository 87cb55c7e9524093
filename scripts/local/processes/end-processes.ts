import { setTimeout as pause } from 'node:timers/promises'
import { isSame } from './process-identity.ts'
import type { ShopProcess } from './shop-processes.ts'

const killedWithinMs = 3_000

/**
 * SIGTERM, and SIGKILL for those that still run after `withinMs`. A process is only touched when it is still the one that is meant.
 * @throws Error naming a process that cannot be ended
 */
export async function endProcesses(processes: readonly ShopProcess[], withinMs: number): Promise<void> {
  send(processes, 'SIGTERM')
  // A paused process sees SIGTERM only when it goes on.
  send(processes, 'SIGCONT')
  if (await haveEnded(processes, withinMs)) return
  send(processes, 'SIGKILL')
  if (await haveEnded(processes, killedWithinMs)) return
  const left = processes.filter(isSame).map(({ name, pid }) => `${name} (${pid})`)
  throw new Error(`These processes cannot be ended: ${left.join(', ')}.`)
}

/** Waits for the end of all, at most so long; whether it came. */
export async function haveEnded(processes: readonly ShopProcess[], withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs
  while (processes.some(isSame)) {
    if (performance.now() > deadline) return false
    await pause(50)
  }
  return true
}

function send(processes: readonly ShopProcess[], signal: NodeJS.Signals): void {
  for (const { pid } of processes.filter(isSame)) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      // It ended in between.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }
}
