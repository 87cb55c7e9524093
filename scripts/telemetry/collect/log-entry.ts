import { stripVTControlCharacters } from 'node:util'
import type { LogEntry } from '../store/records.ts'

/** Names of levels, of pino, of Envoy and of OpenTelemetry → pino's numbers. */
const levels: Readonly<Record<string, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  warning: 40,
  error: 50,
  err: 50,
  fatal: 60,
  critical: 60,
}

export const levelNames = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

/** A name or a number, as somebody logged it; what nobody knows is `info`. */
export function levelOf(level: unknown): number {
  if (typeof level === 'number') return Math.min(60, Math.max(10, Math.floor(level / 10) * 10)) || 30
  return levels[String(level).toLowerCase()] ?? 30
}

/** Fields that every record has, or that are found in another way. */
const notSearched = new Set(['workload', 'replica', 'container', 'time', 'level', 'service', 'pod', 'start_time', 'traceparent'])

/** Characters of a record that are searched, and that are kept: who logs a megabyte has logged it to the file. */
const longestText = 16_384
const longestLine = 131_072

/** Nothing in a clock that is this far away is a time that anybody meant. */
const latestTime = 8.64e15

/** Where a line stands that does not say it. */
export interface Origin {
  readonly workload: string
  readonly replica: string
}

/**
 * A line of the common log, or a record that was made like one → an entry.
 * @param now for what brings no time
 */
export function logEntry(line: string, origin: Origin, now: () => number): LogEntry {
  const record = parseRecord(line)
  return record ? recordEntry(record, line, origin, now) : plainEntry(line, origin, now())
}

/** @param line the record as JSON */
export function recordEntry(record: Record<string, unknown>, line: string, origin: Origin, now: () => number): LogEntry {
  const { workload, replica, time } = record
  const name = typeof workload === 'string' && workload !== '' ? workload : origin.workload
  const traceId = traceOf(record)
  return {
    time: timeOf(time) ?? now(),
    level: levelOf(record.level),
    workload: name,
    replica: typeof replica === 'number' ? `${name}-${replica}` : origin.replica,
    ...(traceId !== undefined && { traceId }),
    line: line.length <= longestLine ? line : JSON.stringify(shortened(record, line.length)),
    text: textOf(record, traceId),
  }
}

const plainEntry = (line: string, { workload, replica }: Origin, time: number): LogEntry => {
  const msg = line.slice(0, longestLine)
  const record = { workload, container: 'app', time: new Date(time).toISOString(), level: 'info', msg }
  return { time, level: 30, workload, replica, line: JSON.stringify(record), text: searchable(msg) }
}

/** What every record has, and the beginning of the rest. */
function shortened({ workload, replica, container, time, level, msg, trace_id, orderId }: Record<string, unknown>, length: number): object {
  const text = typeof msg === 'string' ? `${msg.slice(0, longestText)}…` : undefined
  return { workload, replica, container, time, level, trace_id, orderId, msg: text, cutFrom: `${length} characters` }
}

export function parseRecord(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

export function timeOf(time: unknown): number | undefined {
  const milliseconds = typeof time === 'string' ? Date.parse(time) : time
  return typeof milliseconds === 'number' && Math.abs(milliseconds) <= latestTime ? Math.floor(milliseconds) : undefined
}

const traceId = /^[0-9a-f]{32}$/
const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-/

function traceOf(record: Record<string, unknown>): string | undefined {
  const named = record.trace_id ?? record.traceId
  if (typeof named === 'string' && traceId.test(named)) return named
  return typeof record.traceparent === 'string' ? traceparent.exec(record.traceparent)?.[1] : undefined
}

function textOf(record: Record<string, unknown>, trace: string | undefined): string {
  let text = trace ?? ''
  for (const key in record) {
    if (notSearched.has(key)) continue
    const value = record[key]
    if (value === trace || value === null || value === '-') continue
    text += ` ${typeof value === 'object' ? JSON.stringify(value) : value}`
    if (text.length > longestText) break
  }
  return searchable(text)
}

/** Without colours, which would be part of the words that they stand beside. */
const searchable = (text: string): string => {
  const cut = text.slice(0, longestText)
  return cut.includes('\u001b') || cut.includes('\u009b') ? stripVTControlCharacters(cut) : cut
}
