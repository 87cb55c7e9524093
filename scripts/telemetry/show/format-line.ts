import { printable } from '../../cli/printable.ts'
import { formatRecord } from '../../local/logs/format-record.ts'
import { parseRecord } from '../collect/log-entry.ts'

/** A stored line for people; of a sidecar's access log what a person looks for first. */
export function formatLine(line: string): string {
  const record = parseRecord(line)
  return (record && isAccess(record) ? formatAccess(record) : formatRecord(line, {})) ?? printable(line)
}

/** Envoy's own fields are there, whoever logged it. */
const isAccess = (record: Record<string, unknown>): boolean => record.container === 'sidecar' && 'response_flags' in record

function formatAccess(record: Record<string, unknown>): string | undefined {
  const { workload, replica, container, time, level, msg, direction, duration } = record
  const { response_flags: flags, response_code_details: details, upstream_host: host, upstream_request_attempt_count: attempts } = record
  const sign = direction === 'inbound' ? '←' : '→'
  const failed = typeof flags === 'string' && flags !== '-'
  const front = { workload, replica, container, time, level, msg: `${sign} ${msg}` }
  return formatRecord(
    JSON.stringify({
      ...front,
      ...(typeof duration === 'number' && { duration: `${duration}ms` }),
      ...(typeof host === 'string' && { upstream: host }),
      ...(failed && { flags, details }),
      ...(typeof attempts === 'number' && attempts > 1 && { attempts }),
    }),
    {},
  )
}
