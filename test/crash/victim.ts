import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** A process that is killed and stopped on purpose, and started again however it ended. */
export interface Victim {
  readonly name: string
  /** Ends that nobody asked for: the process gave up by itself. */
  readonly ownEnds: readonly string[]
  /** SIGKILL, then a new process after `pauseMs`. */
  kill(pauseMs: number): Promise<void>
  /** SIGSTOP, then SIGCONT after `ms`. */
  pause(ms: number): Promise<void>
  /** For good. */
  end(): Promise<void>
}

/** Between an end that nobody asked for and the next start, ms. */
const restartPauseMs = 1_000

/** Starts the process. @param logFile what it prints is appended */
export function startVictim(name: string, launch: Launch, logFile: string): Victim {
  const log = createWriteStream(logFile, { flags: 'a' })
  const ownEnds: string[] = []
  let child: ChildProcess
  /** The process that is to end, or undefined while it should live. */
  let condemned: ChildProcess | undefined
  let ending = false

  const start = (): void => {
    const started = spawn(launch.command, launch.args, { env: launch.env, stdio: ['ignore', 'pipe', 'pipe'] })
    child = started
    started.stdout.pipe(log, { end: false })
    started.stderr.pipe(log, { end: false })
    started.once('exit', (code, signal) => {
      if (condemned === started || ending) return
      ownEnds.push(`${name} ended by itself with ${signal ?? code}`)
      setTimeout(() => ending || child !== started || start(), restartPauseMs)
    })
  }
  const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null
  const killChild = async (): Promise<void> => {
    const dying = child
    condemned = dying
    if (hasEnded(dying)) return
    dying.kill('SIGKILL')
    await once(dying, 'exit')
  }

  start()
  return {
    name,
    ownEnds,
    kill: async (pauseMs) => {
      await killChild()
      await delay(pauseMs)
      if (!ending) start()
    },
    pause: async (ms) => {
      const stopped = child
      stopped.kill('SIGSTOP')
      await delay(ms)
      stopped.kill('SIGCONT')
    },
    end: async () => {
      ending = true
      await killChild()
      log.end()
    },
  }
}
