import type { LogEntry } from '../store/records.ts'
import { logEntry, type Origin, parseRecord, recordEntry } from './log-entry.ts'

/** A line of a sidecar's access log → an entry with what every record has: time, level and a message in front of Envoy's own fields. */
export function accessEntry(line: string, origin: Origin, now: () => number): LogEntry {
  const access = parseRecord(line)
  if (!access) return logEntry(line, origin, now)
  const { start_time: time, ...fields } = access
  const { method, authority, path, response_code: code } = fields
  const failed = typeof code === 'number' && (code >= 500 || code === 0)
  const record = {
    workload: origin.workload,
    replica: Number(origin.replica.slice(origin.workload.length + 1)),
    container: 'sidecar',
    time,
    level: failed ? 'warn' : 'info',
    msg: `${method} ${authority}${path} ${code}`,
    ...fields,
  }
  // Of an access log's own names none may say that somebody else has logged it.
  record.workload = origin.workload
  return recordEntry(record, JSON.stringify(record), origin, now)
}

/** `catalog-v2-0` → its workload. */
export const originOf = (replica: string): Origin => ({ workload: replica.replace(/-\d+$/, ''), replica })
