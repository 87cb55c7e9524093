import { UsageError } from '../../cli/command-error.ts'
import { cell } from '../server/cell.ts'
import { NotFound } from '../server/route.ts'
import { newRun, nextRun, type RunMessage, type RunState } from './run-state.ts'

/** An experiment that can be run. */
export interface Runnable {
  readonly name: string
  readonly hypothesis: string
}

/** The process of one run. */
export interface RunProcess {
  /** Asks it to end with everything put back. */
  abort(): void
  /** Fulfilled when it is gone. */
  readonly ended: Promise<void>
}

/** Starts the process of a run; `tell` is given what it says. */
export type StartRun = (name: string, tell: (message: RunMessage) => void) => RunProcess

/** The runs of one console: one at a time. */
export interface Runs {
  /** Undefined before the first. */
  watch(signal: AbortSignal): AsyncGenerator<RunState | undefined, void>
  /** @throws NotFound, UsageError while one goes on */
  start(name: string): Promise<void>
  /** Nothing happens when none goes on. */
  abort(): void
  /** Ends the one that goes on, with everything put back. */
  close(): Promise<void>
}

export function runs(list: () => Promise<readonly Runnable[]>, startRun: StartRun, now: () => number = Date.now): Runs {
  const state = cell<RunState | undefined>(undefined)
  let process: RunProcess | undefined
  const change = (next: (run: RunState) => RunState): void => {
    const run = state.get()
    if (run) state.set(next(run))
  }
  const abort = (): void => {
    if (process === undefined) return
    change((run) => ({ ...run, isAborting: true }))
    process.abort()
  }
  return {
    watch: state.watch,
    start: async (name) => {
      const found = (await list()).find((one) => one.name === name)
      if (found === undefined) throw new NotFound(`there is no experiment ${name}`)
      if (process !== undefined) throw new UsageError(`${state.get()?.name} still runs`)
      state.set(newRun(name, found.hypothesis, now()))
      const mine = startRun(name, (message) => change((run) => nextRun(run, message)))
      process = mine
      void mine.ended.finally(() => {
        process = undefined
        change((run) => nextRun(run, { kind: 'error', reason: 'its process has ended before its time' }))
      })
    },
    abort,
    close: async () => {
      abort()
      await process?.ended
    },
  }
}
