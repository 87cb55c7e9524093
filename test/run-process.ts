import { execFile } from 'node:child_process'
import type { Ending } from './in-process.ts'

interface ProcessOptions {
  readonly cwd?: string
  /** Variables on top of this process's own. */
  readonly env?: NodeJS.ProcessEnv
  /** Then it is told to end, and a command of ours ends with 130: it has hung, perhaps after its work was done. */
  readonly timeoutMs?: number
}

/** Runs a program as a process of its own, to its end. @throws when it does not start, or a signal ends it */
export const runProcess = (file: string, args: readonly string[], { cwd, env, timeoutMs = 50_000 }: ProcessOptions = {}) =>
  new Promise<Ending>((resolve, reject) => {
    const options = { cwd, env: { ...process.env, ...env }, timeout: timeoutMs, maxBuffer: 16 * 1024 * 1024 }
    execFile(file, args, options, (error, out, err) => {
      if (error && typeof error.code !== 'number') reject(error)
      else resolve({ code: Number(error?.code ?? 0), out, err })
    })
  })
