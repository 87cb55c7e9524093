import type { LogEntry } from '../store/records.ts'
import { logEntry, type Origin, parseRecord } from './log-entry.ts'

/** A line of a sidecar's access log → an entry with what every record has: time, level and a message in front of Envoy's own fields. */
export function accessEntry(line: string, origin: Origin, now: () => number): LogEntry {
  const record = parseRecord(line)
  if (!record) return logEntry(line, origin, now)
  const { start_time: time, method, authority, path, response_code: code } = record
  const failed = typeof code === 'number' && (code >= 500 || code === 0)
  const number = Number(origin.replica.slice(origin.workload.length + 1))
  const front = { workload: origin.workload, replica: number, container: 'sidecar', time, level: failed ? 'warn' : 'info' }
  const msg = `${method} ${authority}${path} ${code}`
  return logEntry(JSON.stringify({ ...front, msg, ...record, start_time: undefined, workload: origin.workload }), origin, now)
}

/** `catalog-v2-0` → its workload. */
export const originOf = (replica: string): Origin => ({ workload: replica.replace(/-\d+$/, ''), replica })
