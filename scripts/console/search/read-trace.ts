import { accessSpans } from '../../telemetry/show/access-spans.ts'
import type { TelemetrySource } from '../../telemetry/source.ts'
import type { FoundLine } from '../../telemetry/store/reader.ts'
import { type TraceView, traceView } from './trace-view.ts'

/** A trace, and what processes have logged for it. */
export interface ReadTrace {
  /** Undefined when nothing is known of it. */
  readonly trace: TraceView | undefined
  readonly lines: readonly FoundLine[]
}

/** Of one trace: it is what one request has caused. */
const mostLines = 1_000

/** The spans of a trace; where none was kept, the requests that proxies have logged, as far as they tell. */
export async function readTrace(telemetry: TelemetrySource, traceId: string): Promise<ReadTrace> {
  const [spans, { lines }] = await Promise.all([telemetry.spansOf(traceId), telemetry.search({ trace: traceId }, mostLines)])
  if (spans.length > 0) return { trace: traceView(traceId, spans), lines }
  const logged = accessSpans(
    lines.map(({ line }) => line),
    traceId,
  )
  const trace = traceView(traceId, logged)
  return { trace: trace && { ...trace, isLogged: true }, lines }
}
