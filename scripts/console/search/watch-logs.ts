import { setTimeout as delay } from 'node:timers/promises'
import type { TelemetrySource } from '../../telemetry/source.ts'
import type { FoundLine } from '../../telemetry/store/reader.ts'
import { logLine } from './log-line.ts'
import type { LogsMessage } from './messages.ts'
import type { SearchQuery } from './search-query.ts'

/** At once; a page that shows more is not read. */
const mostLines = 300
const lookEveryMs = 500

/** The latest lines of a search, then those that come, for as long as somebody listens. */
export async function* watchLogs(
  telemetry: TelemetrySource,
  { query, understood }: SearchQuery,
  signal: AbortSignal,
  everyMs: number = lookEveryMs,
): AsyncGenerator<LogsMessage, void> {
  const message = (isFirst: boolean, lines: readonly FoundLine[], startedMs: number): LogsMessage => ({
    isFirst,
    lines: lines.slice(-mostLines).map(logLine),
    leftOut: Math.max(0, lines.length - mostLines),
    understood,
    tookMs: performance.now() - startedMs,
    damaged: telemetry.damaged,
  })
  let startedMs = performance.now()
  let found = await telemetry.search(query, mostLines)
  yield message(true, found.lines, startedMs)
  while (!signal.aborted) {
    await delay(everyMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    startedMs = performance.now()
    found = await found.next()
    if (found.lines.length > 0) yield message(false, found.lines, startedMs)
  }
}
