import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { brokersAnswer } from './kafka-ready.ts'
import type { BrokerLaunch } from './kafka-source.ts'

/** The process of a broker that answers. */
export interface BrokerProcess {
  readonly pid: number | undefined
  /** Ends it in order, or with SIGKILL when it takes longer than `withinMs` (15 s), and waits for its end. */
  readonly stop: (withinMs?: number) => Promise<void>
}

/** A cold JVM on two busy cores needs some 5 s. */
export const readyWithinMs = 60_000

/**
 * Starts the process of a broker and waits until it answers.
 * @param brokers `host:port` where it will answer
 * @param logFile the process's own output is appended to it
 * @throws Error when the process ends or does not answer in time
 */
export async function runBroker({ command, args, env, cleanUp }: BrokerLaunch, brokers: string, logFile: string): Promise<BrokerProcess> {
  await mkdir(dirname(logFile), { recursive: true })
  const log = createWriteStream(logFile, { flags: 'a' })
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  const ended = once(child, 'close').then(() => log.end())
  const early = new AbortController()
  child.once('exit', (code, signal) => early.abort(new Error(`Kafka ended with ${signal ?? code}; see ${logFile}.`)))
  const stop = async (withinMs = 15_000): Promise<void> => {
    child.kill('SIGTERM')
    const kill = setTimeout(() => child.kill('SIGKILL'), withinMs)
    await ended
    clearTimeout(kill)
    await cleanUp()
  }
  try {
    await brokersAnswer(brokers, readyWithinMs, early.signal)
    return { pid: child.pid, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
