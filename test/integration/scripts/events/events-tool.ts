import { breakwater } from '../../../in-process.ts'
import { runProcess } from '../../../run-process.ts'

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

/** `npx breakwater events …` as a process of its own, to its end. */
export const eventsProcess = (...args: readonly string[]) => runProcess(process.execPath, ['scripts/breakwater.ts', 'events', ...args])
