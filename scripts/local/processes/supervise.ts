import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { splitLines } from '../logs/split-lines.ts'
import { afterCrash, noCrashes } from './back-off.ts'
import type { Readiness } from './http-probe.ts'

/** What to start. */
export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** After the process has ended, however it ended. */
  readonly cleanUp?: () => Promise<void>
}

export interface ProcessSpec {
  /** In its mark and in messages. */
  readonly name: string
  /** Asked before every start. */
  readonly launch: () => Promise<Launch>
  /** Asked until it says ready, then every now and then. */
  readonly probe: () => Promise<Readiness>
  /** From SIGTERM to SIGKILL. */
  readonly stopWithinMs: number
}

/** `paused`: stopped in place; `held`: ended, and not started again. Both until somebody resumes it. */
export type ProcessStatus = 'starting' | 'ready' | 'not-ready' | 'restarting' | 'paused' | 'held' | 'stopped'

export interface ToolContext {
  /** What its processes are known by: added to the environment of the one with this name. */
  readonly mark: (name: string) => Readonly<Record<string, string>>
  readonly onLines: (lines: readonly string[]) => void
  /** Something that `status`, `pid` or `restarts` show is different. */
  readonly onChange: () => void
  /** One line for people: the process crashed and will be started again. */
  readonly onCrash: (message: string) => void
}

/** A process that is started again whenever it ends, until it is stopped. */
export interface Supervised {
  readonly name: string
  status(): ProcessStatus
  pid(): number | undefined
  restarts(): number
  /** Why it is not ready. */
  why(): string
  /** Fulfilled when it is ready for the first time; rejected when it crashes again and again before that. */
  readonly ready: Promise<void>
  /** SIGSTOP and SIGCONT are `pause` and `resume`. @returns false when the process is down */
  signal(signal: NodeJS.Signals): boolean
  /** Stops it in place until `resume`. @returns false when the process is down */
  pause(): boolean
  /** Lets a paused process go on and starts one that is held down; any other is left alone. */
  resume(): void
  /**
   * SIGKILL. It is started again as after a crash; with `hold` not before `resume` or `restart`.
   * @returns when it is gone; false when it was down already
   */
  kill(options: { readonly hold: boolean }): Promise<boolean>
  /** Ends it and starts it again without waiting, also one that is paused or held. */
  restart(): void
  /** Ends it for good; fulfilled when it is gone. */
  stop(): Promise<void>
}

const probeEveryMs = {
  starting: 100,
  'not-ready': 500,
  ready: 10_000,
  restarting: 500,
  paused: 500,
  held: 500,
  stopped: 500,
} satisfies Record<ProcessStatus, number>
/** Until somebody lets it go. */
export const isHeld = (status: ProcessStatus): status is 'paused' | 'held' => status === 'paused' || status === 'held'
/** Crashes before the first success after which a start is given up. */
const hopeless = 5
/** sysexits.h EX_CONFIG: it would be the same the next time. */
const misconfigured = 78
/** The last words of a process may arrive a moment after its end; something that it started may keep the pipe open for ever. */
const lastWordsMs = 200

/** Starts a process and keeps it running. */
export function supervise(spec: ProcessSpec, { mark, onLines, onChange, onCrash }: ToolContext): Supervised {
  let child: ChildProcess | undefined
  let status: ProcessStatus = 'starting'
  let why = 'starts'
  let restarts = 0
  let asked = false
  /** There while it must not be started; resolved to let it go. */
  let hold: PromiseWithResolvers<void> | undefined
  /** Of the loop that asks whether it is ready. */
  let watch: symbol | undefined
  const stopping = new AbortController()
  const first = Promise.withResolvers<void>()
  let settled = false
  const stopped = once(stopping.signal, 'abort').then(() => Promise.reject(new Error(`${spec.name} is stopped`)))
  // A rejection that nobody waits for any more must not end the supervisor.
  first.promise.catch(() => {})
  stopped.catch(() => {})

  const become = (next: ProcessStatus, reason = ''): void => {
    why = reason
    if (next === status) return
    status = next
    onChange()
  }

  async function watchReadiness(of: ChildProcess): Promise<void> {
    const own = Symbol(spec.name)
    watch = own
    while (child === of && watch === own) {
      const readiness = await spec.probe()
      if (child !== of || watch !== own) return
      if (readiness.ready) {
        settled = true
        first.resolve()
        become('ready')
      } else become(status === 'ready' || status === 'not-ready' ? 'not-ready' : 'starting', readiness.why)
      await pause(probeEveryMs[status], undefined, { ref: false })
    }
  }

  /** And nobody asks any more whether it is ready: the questions would wait in a paused process's socket until it goes on. */
  const becomeUnwatched = (how: 'paused' | 'held' | 'restarting', reason: string): void => {
    watch = undefined
    become(how, reason)
  }

  /** One life of the process. */
  async function live(): Promise<{ how: string; code: number | null; ranForMs: number }> {
    const { command, args, env, cwd, cleanUp } = await Promise.race([spec.launch(), stopped])
    await Promise.race([hold?.promise, stopped])
    const began = performance.now()
    // A group of its own: Ctrl-C in a terminal reaches the supervisor only, which stops the others in order.
    const born = spawn(command, args, { env: { ...env, ...mark(spec.name) }, cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const ended = new Promise<{ how: string; code: number | null }>((resolve) => {
      born.once('exit', (code, signal) => resolve({ code, how: signal ? `was ended by ${signal}` : `ended with ${code}` }))
      born.once('error', (error) => resolve({ code: null, how: `cannot be started: ${error.message}` }))
    })
    const silent = new Promise((resolve) => born.once('close', resolve))
    const { pid } = born
    splitLines(born.stdout, onLines)
    splitLines(born.stderr, onLines)
    child = born
    if (stopping.signal.aborted) born.kill('SIGTERM')
    onChange()
    if (pid !== undefined) void watchReadiness(born)
    const { how, code } = await ended
    child = undefined
    onChange()
    await Promise.race([silent, pause(lastWordsMs)])
    await cleanUp?.()
    return { how, code, ranForMs: performance.now() - began }
  }

  async function liveOnAndOn(): Promise<void> {
    let crashes = noCrashes
    while (!stopping.signal.aborted) {
      const { how, code, ranForMs } = await live().catch((error: unknown) => ({
        how: `cannot be started: ${String(error)}`,
        code: null,
        ranForMs: 0,
      }))
      if (stopping.signal.aborted) break
      restarts += 1
      onChange()
      if (hold) {
        become('held', how)
        onCrash(`${spec.name} ${how}; it is held down until it is resumed`)
        continue
      }
      become('restarting', how)
      if (asked) {
        asked = false
        become('starting')
        continue
      }
      const next = afterCrash(crashes, ranForMs)
      crashes = next.crashes
      onCrash(`${spec.name} ${how}; it is started again in ${next.delayMs / 1000} s`)
      if (!settled && (crashes.inARow >= hopeless || code === misconfigured)) {
        first.reject(new Error(`${spec.name} ${how}${crashes.inARow > 1 ? `, ${crashes.inARow} times` : ''}.`))
      }
      await pause(next.delayMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (!hold) become('starting', 'starts')
    }
    first.reject(new Error(`${spec.name} was stopped.`))
    become('stopped')
  }

  /** SIGTERM, and SIGKILL when that was not enough. */
  function end(): void {
    const last = child
    if (!last) return
    last.kill('SIGTERM')
    // A paused process sees SIGTERM only when it goes on.
    last.kill('SIGCONT')
    const kill = setTimeout(() => last.kill('SIGKILL'), spec.stopWithinMs)
    last.once('exit', () => clearTimeout(kill))
  }

  const pauseIt = (): boolean => {
    if (!child?.kill('SIGSTOP')) return false
    becomeUnwatched('paused', 'is paused')
    return true
  }
  const letGo = (): void => {
    hold?.resolve()
    hold = undefined
  }
  const resume = (): void => {
    if (!isHeld(status)) return
    become('starting', 'starts')
    // One that was killed a moment ago is not gone yet; it has not crashed.
    if (hold) asked = child !== undefined
    else if (child?.kill('SIGCONT')) void watchReadiness(child)
    letGo()
  }

  const life = liveOnAndOn()

  return {
    name: spec.name,
    status: () => status,
    pid: () => child?.pid,
    restarts: () => restarts,
    why: () => why,
    ready: first.promise,
    signal: (signal) => {
      if (signal === 'SIGSTOP') return pauseIt()
      if (signal !== 'SIGCONT') return child?.kill(signal) ?? false
      resume()
      return child !== undefined
    },
    pause: pauseIt,
    resume,
    kill: async (options) => {
      const last = child
      if (options.hold) hold ??= Promise.withResolvers()
      if (options.hold || last) becomeUnwatched(options.hold ? 'held' : 'restarting', 'was killed')
      if (!last) return false
      const gone = once(last, 'exit')
      last.kill('SIGKILL')
      await gone
      return true
    },
    restart: () => {
      asked = child !== undefined
      end()
      if (isHeld(status)) become('starting', 'ends')
      letGo()
    },
    stop: async () => {
      stopping.abort()
      end()
      await life
    },
  }
}
