import { execFile } from 'node:child_process'

/** `npx breakwater events …` in front of a broker, as a process of its own. @param brokers asked at each run: it may not have started yet */
export function eventsTool(brokers: () => string) {
  const run = (...args: readonly string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      execFile(process.execPath, ['scripts/breakwater.ts', 'events', ...args, '--brokers', brokers()], (error, out, err) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
      )
    })
  const json = async (...args: readonly string[]) => JSON.parse((await run(...args, '--json')).out)
  return { run, json }
}
