import { setTimeout as pause } from 'node:timers/promises'
import { workloads } from '../../../services/shared/contracts/topology.ts'
import { CommandError, NoShop, UsageError } from '../../cli/command-error.ts'
import { printableJson } from '../../cli/printable.ts'
import { logs as readLogFile } from '../../local/commands/logs.ts'
import type { LocalPaths } from '../../local/paths.ts'
import { levelOf } from '../collect/log-entry.ts'
import { formatLine } from '../show/format-line.ts'
import { type FoundLine, isStore, type LogQuery, openReader, type StoreReader } from '../store/reader.ts'
import { traceIdOf } from './ids.ts'
import { sinceOf } from './since.ts'

export interface LogsOptions {
  /** A workload or a replica; or words to search for. */
  readonly words: readonly string[]
  readonly order?: string
  readonly trace?: string
  readonly service?: string
  readonly level?: string
  readonly since?: string
  /** How many of the latest lines. */
  readonly lines: number
  readonly follow: boolean
  readonly json: boolean
}

const lookEveryMs = 250

/**
 * `logs`: without a condition the common log as it is written; with one, what the store finds in it, in the sidecars' access logs and in
 * what was sent as OTLP.
 * @param signal ends the following
 * @throws CommandError when nothing is found; NoShop when there is nothing to search; UsageError
 */
export async function logs(paths: LocalPaths, options: LogsOptions, signal: AbortSignal): Promise<void> {
  const { words, lines, follow, json } = options
  const asked = queryOf(options)
  const of = words.length === 1 ? words[0] : undefined
  const isPlain = Object.keys(asked).length === (words.length > 0 ? 1 : 0)
  if (isPlain && (words.length === 0 || (of !== undefined && isProcess(of, paths))))
    return readLogFile(paths, { ...(of !== undefined && { of }), lines, follow, json }, signal)
  if (!isStore(paths.telemetry))
    throw new NoShop('There is nothing to search yet. Start the shop: make up (without BREAKWATER_TELEMETRY=off)')

  const reader = openReader(paths.telemetry)
  const print = (found: readonly FoundLine[]): void => {
    for (const { line } of found) console.log(json ? printableJson(line) : formatLine(line))
  }
  try {
    const query = asked.order === 'last' ? { ...asked, order: newestOrder(reader) } : asked
    const latest = reader.latest(query, lines)
    print(latest.lines)
    for (const line of reader.damaged) console.error(line)
    if (!follow && latest.lines.length === 0) throw new CommandError('Nothing in the logs matches.')
    let { cursor } = latest
    while (follow && !signal.aborted) {
      await pause(lookEveryMs, undefined, { signal }).catch(() => {})
      const more = reader.linesAfter(query, cursor)
      print(more.lines)
      cursor = more.cursor
    }
  } finally {
    reader.close()
  }
}

/** @throws CommandError when there is none */
function newestOrder(reader: StoreReader): string {
  const order = reader.newestOrder()
  if (order === undefined) throw new CommandError('No order is known yet: none has a span.')
  return order
}

function queryOf({ words, order, trace, service, level, since }: LogsOptions): LogQuery {
  if (order === '' || service === '') throw new UsageError('--order and --service need a name')
  return {
    ...(words.length > 0 && { text: words.join(' ') }),
    ...(order !== undefined && { order }),
    ...(trace !== undefined && { trace: traceIdOf(trace) }),
    ...(service !== undefined && { service }),
    ...(level !== undefined && { level: levelOf(level) }),
    ...(since !== undefined && { since: sinceOf(since, Date.now()) }),
  }
}

/** Beside workloads these have lines of their own. */
const others = ['kafka', 'supervisor', 'telemetry']

/** Whether somebody means a process by this word: one of the shop's, or one that has logged. Without a store nothing else can be meant. */
function isProcess(word: string, { telemetry }: LocalPaths): boolean {
  if (Object.hasOwn(workloads, word.replace(/(-v\d+)?(-\d+)?$/, '')) || others.includes(word)) return true
  if (!isStore(telemetry)) return true
  const reader = openReader(telemetry)
  try {
    return reader.latest({ service: word }, 1).lines.length > 0
  } finally {
    reader.close()
  }
}
