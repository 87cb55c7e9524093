import { setTimeout as pause } from 'node:timers/promises'
import { workloads } from '../../../services/shared/contracts/topology.ts'
import { CommandError, NoShop, UsageError } from '../../cli/command-error.ts'
import { printableJson } from '../../cli/printable.ts'
import { logs as readLogFile } from '../../local/commands/logs.ts'
import type { LocalPaths } from '../../local/paths.ts'
import { levelOf } from '../collect/log-entry.ts'
import { formatLine } from '../show/format-line.ts'
import type { TelemetrySource } from '../source.ts'
import { type FoundLine, isStore, type LogQuery, openReader } from '../store/reader.ts'
import { storeSource } from '../store-source.ts'
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
  const of = words.length === 1 ? words[0] : undefined
  if (isPlain(options) && (of === undefined || isProcess(of, paths)))
    return readLogFile(paths, { ...(of !== undefined && { of }), lines, follow, json }, signal)
  if (!isStore(paths.telemetry))
    throw new NoShop('There is nothing to search yet. Start the shop: make up (without BREAKWATER_TELEMETRY=off)')

  await searchLogs(storeSource(paths.telemetry), options, signal)
}

/**
 * The same of a cluster: without a condition what the API server has of each container, with one what the stores in the cluster find.
 * @throws as `logs`
 */
export async function clusterLogs(env: NodeJS.ProcessEnv, options: LogsOptions, signal: AbortSignal): Promise<void> {
  const { words, lines, follow, json } = options
  const [of] = words
  if (isPlain(options) && (of === undefined || Object.hasOwn(workloads, of))) {
    const { followLogs } = await import('../../cluster/commands.ts')
    return followLogs({ of, lines, follow, json }, signal)
  }
  const { openClusterSource } = await import('../cluster/open-cluster-source.ts')
  await searchLogs(openClusterSource(env), options, signal)
}

/** Whether nothing is asked for but the latest lines of everybody, or of one workload. */
const isPlain = (options: LogsOptions): boolean => {
  const { words } = options
  return words.length <= 1 && Object.keys(queryOf(options)).length === words.length
}

async function searchLogs(source: TelemetrySource, options: LogsOptions, signal: AbortSignal): Promise<void> {
  const { lines, follow, json } = options
  const print = (found: readonly FoundLine[]): void => {
    for (const { line } of found) console.log(json ? printableJson(line) : formatLine(line))
  }
  try {
    const asked = queryOf(options)
    const query = asked.order === 'last' ? { ...asked, order: await newestOrder(source) } : asked
    let found = await source.search(query, lines)
    print(found.lines)
    for (const line of source.damaged) console.error(line)
    if (!follow && found.lines.length === 0) throw new CommandError('Nothing in the logs matches.')
    while (follow && !signal.aborted) {
      await pause(lookEveryMs, undefined, { signal }).catch(() => {})
      found = await found.next()
      print(found.lines)
    }
  } finally {
    await source.close()
  }
}

/** @throws CommandError when there is none */
async function newestOrder(source: TelemetrySource): Promise<string> {
  const order = await source.newestOrder()
  if (order === undefined) throw new CommandError('No order is known yet: nothing that was stored names one.')
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
