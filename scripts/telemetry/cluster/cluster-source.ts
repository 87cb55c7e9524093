import { CommandError } from '../../cli/command-error.ts'
import { toSpans } from '../otlp/to-spans.ts'
import type { Found, TelemetrySource } from '../source.ts'
import type { FoundLine, LogQuery } from '../store/reader.ts'
import { quoted, toLogsQl } from './logsql.ts'
import { type PodRow, podLine } from './pod-line.ts'

/** Where VictoriaLogs and Jaeger answer, without a slash at the end. Each is asked for when it is needed. */
export interface ClusterStores {
  logsUrl(): Promise<string>
  tracesUrl(): Promise<string>
}

/** A line may come that late: proxies write of a request when it has ended, with the time of its beginning. */
const lateMs = 30_000
const answersWithinMs = 30_000
/** Of one order: more would be an order that is in everything. */
const mostTraces = 50

/**
 * Logs and spans of a cluster, from the stores in it.
 * @param close lets go what leads there
 */
export function clusterSource({ logsUrl, tracesUrl }: ClusterStores, close: () => Promise<void> = async () => undefined): TelemetrySource {
  const ask = async (query: string, parameters: Readonly<Record<string, string>> = {}): Promise<PodRow[]> => {
    const response = await answer(`${await logsUrl()}/select/logsql/query`, new URLSearchParams({ query, ...parameters }))
    if (!response.ok) throw new CommandError(`VictoriaLogs refuses the search: ${(await response.text()).slice(0, 500)}`)
    return rowsOf(await response.text())
  }

  const tracesOf = async (order: string): Promise<string[]> => {
    const rows = await ask(`${quoted(order)} trace_id:* | stats by (trace_id) min(_time) as first | sort by (first) | limit ${mostTraces}`)
    return rows.flatMap(({ trace_id: id }) => id ?? [])
  }

  const after =
    (query: string, since: number | undefined, seen: ReadonlySet<string>): Found['next'] =>
    async () => {
      const askedAt = Date.now()
      const rows = await ask(query, startOf(Math.max(since ?? 0, askedAt - lateMs)))
      return {
        lines: inOrder(rows.filter((row) => !seen.has(keyOf(row))).map(podLine)),
        next: after(query, since, new Set(rows.map(keyOf))),
      }
    }

  return {
    search: async (asked: LogQuery, limit) => {
      const { order, since } = asked
      const query = toLogsQl(asked, order === undefined ? [] : await tracesOf(order))
      const recent = await ask(query, startOf(Math.max(since ?? 0, Date.now() - lateMs)))
      // No limit at all is what 0 means there.
      const latest = limit === 0 ? [] : await ask(query, { limit: String(limit), ...startOf(since) })
      return { lines: inOrder(latest.map(podLine)), next: after(query, since, new Set([...recent, ...latest].map(keyOf))) }
    },
    spansOf: async (traceId) => {
      const response = await answer(`${await tracesUrl()}/api/v3/traces/${encodeURIComponent(traceId)}`)
      if (response.status === 404) return []
      if (!response.ok) throw new CommandError(`Jaeger refuses the trace: ${(await response.text()).slice(0, 500)}`)
      const { result = {} } = (await response.json()) as { readonly result?: object }
      return toSpans(result).accepted.toSorted((a, b) => a.startUs - b.startUs)
    },
    tracesOf,
    newestOrder: async () => (await ask('order_id:* | fields order_id, _time', { limit: '1' }))[0]?.order_id,
    damaged: [],
    close,
  }
}

async function answer(url: string, body?: URLSearchParams): Promise<Response> {
  try {
    return await fetch(url, { ...(body && { method: 'POST', body }), signal: AbortSignal.timeout(answersWithinMs) })
  } catch {
    throw new CommandError('The stores of logs and traces do not answer; see: kubectl -n breakwater-observability get pods')
  }
}

const rowsOf = (text: string): PodRow[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): PodRow => JSON.parse(line))

const startOf = (since: number | undefined): Record<string, string> => (since === undefined ? {} : { start: new Date(since).toISOString() })

/** Two lines of one container are told apart by what they say and when. */
const keyOf = ({ _stream_id: stream, _time: time, _msg: line }: PodRow): string => `${stream} ${time} ${line}`

const inOrder = (lines: readonly FoundLine[]): FoundLine[] => lines.toSorted((a, b) => a.time - b.time)
