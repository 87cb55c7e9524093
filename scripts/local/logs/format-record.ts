import { printable } from '../../cli/printable.ts'

/** Which records of the common log are wanted. */
export interface LogFilter {
  /** A workload (`catalog`) or a replica (`catalog-0`); all when absent. */
  readonly of?: string
}

/** pino's levels as numbers, for those who log them so. */
const names: Readonly<Record<string, string>> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' }

/** Fields that have a place of their own in the line. */
const placed = new Set(['workload', 'replica', 'container', 'time', 'level', 'msg', 'service', 'pod'])

/**
 * One line of the common log for people: `23:01:05.123 catalog-0 info  listening  port=8080`.
 * Nothing in it steers a terminal.
 * @returns undefined when the filter does not want it; the line itself when it is not one of ours
 */
export function formatRecord(line: string, { of }: LogFilter): string | undefined {
  const record = parse(line)
  if (!record) return of === undefined ? printable(line) : undefined
  const { workload, replica, container, time, level, msg } = record
  const name = `${workload}-${replica}`
  if (of !== undefined && of !== workload && of !== name) return undefined
  const source = container === 'app' ? name : container === 'sidecar' ? `${name}/sidecar` : String(workload)
  const clock = typeof time === 'string' ? time.slice(11, 23) : typeof time === 'number' ? new Date(time).toISOString().slice(11, 23) : ''
  const rest = Object.entries(record).flatMap(([key, value]) => (placed.has(key) ? [] : [`${key}=${shown(value)}`]))
  return printable(
    [clock, source.padEnd(22), String(names[String(level)] ?? level).padEnd(5), String(msg ?? ''), rest.join(' ')].join(' ').trimEnd(),
  )
}

/** Of an error only the message; its stack is in the file. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'object' && value !== null && 'message' in value && 'stack' in value) return String(value.message)
  return JSON.stringify(value)
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && 'workload' in value ? { ...value } : undefined
  } catch {
    return undefined
  }
}
