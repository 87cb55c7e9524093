import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { markOf, supervisorName } from '../processes/shop-processes.ts'

const main = fileURLToPath(new URL('../../breakwater.ts', import.meta.url))

/** Starts the supervisor of a folder as a process of its own, marked as such from its birth. */
export const spawnSupervisor = (folder: string, options: SpawnOptions): ChildProcess =>
  spawn(process.execPath, [main, 'supervise'], { ...options, env: { ...process.env, ...markOf(folder, supervisorName) } })

/** How a process ended, for a message. */
export const howItEnded = ({ exitCode, signalCode }: ChildProcess): string =>
  signalCode === null ? `ended with ${exitCode}` : `was ended by ${signalCode}`
