import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { collectLogs } from '../telemetry/collect/log-files.ts'
import { bytesOf, segmentsIn } from '../telemetry/store/folder.ts'
import { type LogQuery, openReader } from '../telemetry/store/reader.ts'
import { openStore } from '../telemetry/store/store.ts'
import { type SampleLogs, writeSampleLogs } from './telemetry/sample-logs.ts'

/** What storing and searching logs takes. */
export interface TelemetryMeasured {
  readonly lines: number
  readonly stored: {
    readonly seconds: number
    /** Of one processor: less than the time when the machine has other work. */
    readonly cpuSeconds: number
    readonly bytes: number
  }
  /** ms of each search, by what was searched for. */
  readonly searches: Readonly<Record<SearchName, readonly number[]>>
}

export const searchNames = ['one order', 'warnings of a service', 'a word of most lines'] as const
export type SearchName = (typeof searchNames)[number]

export interface TelemetryOptions {
  readonly lines: number
  readonly searches: number
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
}

const megabyte = 1024 * 1024
/** As many lines as `logs` shows. */
const shown = 200

/** Stores log files with so many lines as the collector does, and searches them. Needs no shop. */
export async function benchTelemetry({ lines, searches, progress, signal }: TelemetryOptions): Promise<TelemetryMeasured> {
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-bench-'))
  try {
    progress(`writing log files of ${lines} lines`)
    const logs = await writeSampleLogs(join(directory, 'log'), lines)
    const folder = join(directory, 'store')
    progress('storing them')
    const stored = await store(logs, folder, signal)
    progress(`searching, ${searches} times each`)
    return { lines: logs.lines, stored, searches: await search(logs, folder, searches, signal) }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function store({ files, lines }: SampleLogs, folder: string, signal: AbortSignal): Promise<TelemetryMeasured['stored']> {
  const bounds = { bytes: 4096 * megabyte, ageMs: Number.MAX_SAFE_INTEGER, roomBytes: 0 }
  const target = openStore({ folder, bounds, now: Date.now, log: () => {} })
  const collector = collectLogs(files, new Map(), Date.now)
  try {
    const [began, cpu] = [performance.now(), process.cpuUsage()]
    for (let read = 0; read < lines; ) {
      const { entries, positions } = collector.next()
      if (entries.length === 0) throw new Error(`There are ${read} lines in the log files, and not ${lines}.`)
      target.write({ entries, spans: [], positions })
      read += entries.length
      await nextTurn()
      signal.throwIfAborted()
    }
    const { user, system } = process.cpuUsage(cpu)
    return {
      seconds: (performance.now() - began) / 1000,
      cpuSeconds: (user + system) / 1e6,
      bytes: segmentsIn(folder).reduce((sum, { file }) => sum + bytesOf(file), 0),
    }
  } finally {
    collector.close()
    target.close()
  }
}

async function search({ orders }: SampleLogs, folder: string, count: number, signal: AbortSignal): Promise<TelemetryMeasured['searches']> {
  const reader = openReader(folder)
  const times: Record<SearchName, number[]> = { 'one order': [], 'warnings of a service': [], 'a word of most lines': [] }
  const queries: Readonly<Record<SearchName, (number: number) => LogQuery>> = {
    'one order': (number) => ({ order: orders[(number * 7919) % orders.length] ?? '' }),
    'warnings of a service': () => ({ service: 'payments', level: 40 }),
    'a word of most lines': () => ({ text: 'orders' }),
  }
  try {
    for (let number = 0; number < count; number++)
      for (const name of searchNames) {
        const query = queries[name](number)
        const began = performance.now()
        const { lines } = reader.latest(query, shown)
        times[name].push(performance.now() - began)
        if (lines.length === 0 && name === 'one order') throw new Error(`Nothing is found of ${query.order}.`)
        await nextTurn()
        signal.throwIfAborted()
      }
    return times
  } finally {
    reader.close()
  }
}
