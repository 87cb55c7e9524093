import { afterEach, expect, test, vi } from 'vitest'
import { main } from '../../../../scripts/commands/main.ts'

/** What `process.exit` would have ended the process with. */
class Exit extends Error {
  readonly code: number
  constructor(code: number) {
    super(`exit ${code}`)
    this.code = code
  }
}

afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})

/** The real program, in this process; its brokers do not answer. */
async function breakwater(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', '']
  const keep = (into: (text: string) => void) => (text: string | Uint8Array) => {
    into(String(text))
    return true
  }
  vi.spyOn(process.stdout, 'write').mockImplementation(keep((text) => (out += text)))
  vi.spyOn(process.stderr, 'write').mockImplementation(keep((text) => (err += text)))
  vi.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Exit(Number(code))
  })
  const before: readonly (readonly [NodeJS.EventEmitter, string])[] = [
    ...['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => [process, name] as const),
    [process.stdout, 'error'],
    [process.stderr, 'error'],
  ]
  const listeners = before.map(([emitter, name]) => emitter.listeners(name))
  try {
    await main(words)
    return { code: Number(process.exitCode), out, err }
  } catch (error) {
    if (!(error instanceof Exit)) throw error
    return { code: error.code, out, err }
  } finally {
    for (const [index, [emitter, name]] of before.entries())
      for (const listener of emitter.listeners(name))
        if (!listeners[index]?.includes(listener)) emitter.removeListener(name, listener as () => void)
    vi.restoreAllMocks()
  }
}

test.each([
  [['state', 'boat', 'x'], "there is no kind of aggregate 'boat'; there are: order,"],
  [['list', 'ordr'], "there is no kind of aggregate 'ordr' (did you mean 'order'?)"],
  [['list', '--limit', '0'], '--limit takes a whole number from 1 on'],
  [['show', 'order'], 'there is: show order <id>, show last'],
  [['verify', '--target', 'moon'], "argument 'moon' is invalid. Allowed choices are local, cluster."],
  [['state', 'order'], "missing required argument 'id'"],
  [['diff', 'order', 'ord_x'], '--from is missing'],
  [['dlq', 'burn'], "unknown command 'burn'"],
  [['commands', 'mend'], "there is no 'commands mend'; there is: repair"],
  [['saga', '--format', 'png'], "argument 'png' is invalid. Allowed choices are text, mermaid, json"],
  [['sing'], "unknown command 'sing'"],
  [['state', 'order', 'ord_x', '--at', '2026-02-30T00:00:00Z'], 'neither a version (7) nor a time'],
  [['replay', '--since', '2026-02-30', '--into', 'pglite:unused'], "--since '2026-02-30' is no moment"],
  [['replay', '--since', '2026-01-01', '--into', 'pglite:'], 'pglite: needs a directory'],
  [['verify', 'extra'], "too many arguments for 'verify'"],
  [['dlq', 'list', 'extra'], "too many arguments for 'list'"],
  [['dlq', 'redrive', 'orders.dlq/0/0', '--all'], 'but not both'],
  [['dlq', 'redrive', '--all', '--value', '/nowhere'], '--value /nowhere: ENOENT'],
  [['dlq', 'discard', '--all', '--reason', ' '], '--reason is empty'],
  [['dlq', 'list', '--service', 'nope'], "there is no service 'nope'"],
  [['verify', '--frob'], "unknown option '--frob'"],
])('events %j is wrong usage: one line, exit code 2, before any broker is asked', async (words, line) => {
  const { code, out, err } = await breakwater('events', ...words, '--brokers', '127.0.0.1:1')
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toContain(line)
  expect(err.trimEnd().split('\n')).toHaveLength(1)
})
