import { withTimeout } from '../kafka/with-timeout.ts'
import type { Logger } from './logger.ts'
import { type Metrics, metricsIn } from './metrics.ts'
import { traceWith } from './spans.ts'
import type { TracingConfig } from './tracing-config.ts'

export interface TracedProcess {
  readonly service: string
  readonly pod: string
  readonly config: TracingConfig
  readonly logger: Logger
  readonly metrics: Metrics
}

/** Milliseconds for the last spans of a process; a collector that is away gets none. */
const flushWithinMs = 500

/**
 * Traces what the process does from now on, if there is a collector; otherwise OpenTelemetry is not loaded. Spans that the collector does not
 * take are dropped and counted (`trace_spans_dropped_total`): nothing waits for it.
 * @returns sends what is left and ends it
 */
export async function startTracing({ config, logger, metrics, ...process }: TracedProcess): Promise<() => Promise<void>> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = config
  if (endpoint === undefined) return async () => undefined
  const { exportingTracer } = await import('./open-telemetry.ts')
  const { counter } = metricsIn(metrics)
  const sent = counter({ name: 'trace_spans_sent_total', help: 'Spans that the collector took' })
  const dropped = counter({ name: 'trace_spans_dropped_total', help: 'Spans that were lost, by reason', labelNames: ['reason'] })
  let losing = false
  const counted = (spans: number, reason: string | undefined): void => {
    if (reason === undefined) sent.inc(spans)
    else dropped.inc({ reason }, spans)
    // Said when it begins and when it ends: the counter tells the rest.
    if (reason !== undefined && !losing) logger.warn({ reason }, 'spans are dropped: the collector does not take them')
    if (reason === undefined && losing) logger.info('the collector takes spans again')
    losing = reason !== undefined
  }
  const tracer = exportingTracer({ ...process, endpoint, config, counted })
  traceWith(tracer)
  return async () => {
    traceWith(undefined)
    await withTimeout(tracer.end(), flushWithinMs).catch(() => undefined)
  }
}
