import { parseRecord, timeOf } from '../collect/log-entry.ts'
import type { Span } from '../store/records.ts'

/** A request as a sidecar has logged it. */
interface Request {
  readonly direction: 'inbound' | 'outbound'
  readonly replica: string
  readonly span: Omit<Span, 'parentSpanId'>
}

/** Times in access logs are whole milliseconds. */
const roundedUs = 1_000

/**
 * Lines of sidecars' access logs → spans of a trace: what is known of it where no process sent any, because tracing is off or the trace
 * was not sampled. A request is below the one that it was made for, as far as times tell.
 */
export function accessSpans(lines: readonly string[], traceId: string): readonly Span[] {
  const requests = lines.flatMap((line, index) => requestOf(line, traceId, index) ?? []).sort((a, b) => a.span.startUs - b.span.startUs)
  return requests.map((request) => {
    const above = requests.filter((other) => other !== request && isAbove(other, request)).at(-1)
    return { ...request.span, ...(above && { parentSpanId: above.span.spanId }) }
  })
}

function requestOf(line: string, traceId: string, index: number): Request | undefined {
  const record = parseRecord(line)
  const startMs = timeOf(record?.time)
  if (!record || startMs === undefined) return undefined
  const { direction, workload, replica, method, path, duration, response_code: code, response_flags: flags } = record
  if (direction !== 'inbound' && direction !== 'outbound') return undefined
  const failed = typeof code === 'number' && (code === 0 || code >= 500)
  return {
    direction,
    replica: `${workload}-${replica}`,
    span: {
      traceId,
      spanId: (index + 1).toString(16).padStart(16, '0'),
      name: `${method} ${path}`,
      kind: direction === 'inbound' ? 'server' : 'client',
      service: String(workload),
      instance: `${workload}-${replica}`,
      startUs: startMs * 1000,
      durationUs: typeof duration === 'number' && duration > 0 ? duration * 1000 : 0,
      status: failed ? 'error' : 'unset',
      attributes: {
        'breakwater.proxy': direction,
        ...(typeof code === 'number' && { 'http.response.status_code': code }),
        ...(typeof flags === 'string' && { response_flags: flags }),
      },
      events: [],
      links: [],
    },
  }
}

/** A replica calls others while it answers; the destination's proxy has what the caller's proxy has sent. */
function isAbove(one: Request, below: Request): boolean {
  if (one.direction === below.direction || !contains(one.span, below.span)) return false
  return below.direction === 'outbound' ? one.replica === below.replica : one.replica !== below.replica && one.span.name === below.span.name
}

const contains = (one: Request['span'], other: Request['span']): boolean =>
  one.startUs <= other.startUs + roundedUs && one.startUs + one.durationUs + roundedUs >= other.startUs + other.durationUs
