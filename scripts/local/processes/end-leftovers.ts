import { setTimeout as pause } from 'node:timers/promises'
import type { LedgerEntry } from './ledger.ts'
import { isSame } from './process-identity.ts'

/** Processes whose output nobody reads any more rarely end in order. */
const politeMs = 5_000
const firmMs = 3_000

/**
 * Ends what a supervisor that was killed left running: newest first, so that Kafka, the oldest, is last. A process is only touched
 * when it is still the one that the ledger means.
 * @returns the names of those that ran
 * @throws Error naming a process that cannot be ended
 */
export async function endLeftovers(entries: readonly LedgerEntry[]): Promise<string[]> {
  const running = entries.filter(isSame).toReversed()
  const [brokers, others] = [
    running.filter(({ name }) => name.startsWith('kafka/')),
    running.filter(({ name }) => !name.startsWith('kafka/')),
  ]
  await end(others)
  await end(brokers)
  return running.map(({ name }) => name)
}

async function end(entries: readonly LedgerEntry[]): Promise<void> {
  send(entries, 'SIGTERM')
  // A paused process sees SIGTERM only when it goes on.
  send(entries, 'SIGCONT')
  if (await gone(entries, politeMs)) return
  send(entries, 'SIGKILL')
  if (await gone(entries, firmMs)) return
  const left = entries.filter(isSame).map(({ name, pid }) => `${name} (${pid})`)
  throw new Error(`These processes cannot be ended: ${left.join(', ')}.`)
}

function send(entries: readonly LedgerEntry[], signal: NodeJS.Signals): void {
  for (const entry of entries.filter(isSame)) process.kill(entry.pid, signal)
}

async function gone(entries: readonly LedgerEntry[], withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs
  while (entries.some(isSame)) {
    if (performance.now() > deadline) return false
    await pause(50)
  }
  return true
}
