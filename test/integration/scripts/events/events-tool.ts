import { execFile } from 'node:child_process'
import { breakwater, type Ending } from '../../../in-process.ts'

/**
 * `npx breakwater events …` in front of a broker: `run` and `json` in this process, `runAsProcess` as one of its own, for what only that
 * can show.
 * @param brokers asked at each run: it may not have started yet
 */
export function eventsTool(brokers: () => string) {
  const run = (...args: readonly string[]) => breakwater(['events', ...args, '--brokers', brokers()])
  const json = async (...args: readonly string[]) => JSON.parse((await run(...args, '--json')).out)
  return { run, json, runAsProcess: (...args: readonly string[]) => eventsProcess(...args, '--brokers', brokers()) }
}

/** A process that has done its work and does not end is told to, and then its exit code is 130. Many times what it takes. */
const timeout = 50_000

/** `npx breakwater events …` as a process of its own, to its end. */
export const eventsProcess = (...args: readonly string[]) =>
  new Promise<Ending>((resolve, reject) => {
    execFile(process.execPath, ['scripts/breakwater.ts', 'events', ...args], { timeout }, (error, out, err) => {
      if (error && typeof error.code !== 'number') reject(error)
      else resolve({ code: Number(error?.code ?? 0), out, err })
    })
  })
