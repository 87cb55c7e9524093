import { type Attributes, createNoopMeter, type Meter, type SpanContext, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import { millisToHrTime } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { emptyResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace'
import { type Sampler, samplerOf } from './sampler.ts'
import type { SpanKind as Kind, Span, SpanAttributes, SpanStart, Tracer } from './spans.ts'
import { childOf, newTrace, type TraceContext } from './trace-context.ts'
import type { TracingConfig } from './tracing-config.ts'

/** The only file that knows OpenTelemetry; loaded when tracing is on. */

/** Spans of a process that wait to be sent; what comes beyond is dropped and counted. A few megabytes. */
const maxWaitingSpans = 4096
/** To turn a span into JSON takes about ten microseconds: so many at once hold up nobody for long. */
const spansAtOnce = 256
/** Milliseconds until a lone span is sent. */
const sendEveryMs = 2000

export interface Exporting {
  readonly service: string
  readonly pod: string
  /** Of the collector: `http://127.0.0.1:4318`. */
  readonly endpoint: string
  readonly config: TracingConfig
  /** How many spans were taken by the collector, or lost and why: `queue_full`, or the name of an error. */
  readonly counted: (spans: number, lost: string | undefined) => void
}

/** A tracer that sends its spans to a collector, until it is ended. */
export interface ExportingTracer extends Tracer {
  /** Fulfilled when all spans are sent, or given up. */
  end(): Promise<void>
}

/** The exporter reads other variables of OpenTelemetry by itself: headers, certificates, time-outs. */
export function exportingTracer({ service, pod, endpoint, config, counted }: Exporting): ExportingTracer {
  // Made from the one that everybody shares. The processor's only counter tells of spans that are done with.
  const meter: Meter = Object.create(createNoopMeter(), {
    createCounter: {
      value: () => ({
        add: (spans: number, attributes?: Attributes) => {
          const lost = attributes?.['error.type']
          counted(spans, lost === undefined ? undefined : String(lost))
        },
      }),
    },
  })
  const processor = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` }),
    maxQueueSize: maxWaitingSpans,
    maxExportBatchSize: spansAtOnce,
    scheduledDelayMillis: sendEveryMs,
    selfObsMeterProvider: { getMeter: () => meter },
  })
  const resource = resourceFromAttributes({
    'service.name': service,
    'service.instance.id': pod,
    'service.namespace': 'breakwater',
  })
  return {
    ...tracerOf({ sampler: samplerOf(config), send: (span) => processor.onEnd(span), resource }),
    end: () => processor.shutdown(),
  }
}

export interface TracerOptions {
  readonly sampler: Sampler
  /** Takes a span that has ended. */
  readonly send: (span: ReadableSpan) => void
  /** Whose spans they are. */
  readonly resource?: Resource
}

/**
 * The runtime's spans as OpenTelemetry's exporters take them. They are begun here, and not by its SDK: most are of traces that are not kept,
 * and cost nothing but their times and their ids.
 */
export function tracerOf({ sampler, send, resource = emptyResource() }: TracerOptions): Tracer {
  return {
    begin: (start): Span => {
      const { name, parent } = start
      const { traceId, spanId } = parent ? childOf(parent) : newTrace()
      const trace = { traceId, spanId, sampled: sampler.keeps(name, traceId, parent) }
      const [began, beganAt] = [performance.now(), wallClock()]
      let more: SpanAttributes = {}
      let error: string | undefined
      return {
        trace,
        set: (attributes) => {
          more = { ...more, ...attributes }
        },
        fail: (word) => {
          error = word
        },
        end: () => {
          if (!trace.sampled && (error === undefined || !sampler.keepsFailed(name))) return
          send(readable(start, { trace, beganAt, lasted: performance.now() - began, more, error, resource }))
        },
      }
    },
  }
}

interface Ended {
  readonly trace: TraceContext
  /** Milliseconds since the epoch. */
  readonly beganAt: number
  /** Milliseconds. */
  readonly lasted: number
  readonly more: SpanAttributes
  readonly error: string | undefined
  readonly resource: Resource
}

const kinds: Readonly<Record<Kind, SpanKind>> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
}

const instrumentationScope = { name: 'breakwater' }

function readable(
  { name, kind, parent, link, attributes }: SpanStart,
  { trace, beganAt, lasted, more, error, resource }: Ended,
): ReadableSpan {
  // A processor sends what is sampled: also of a span that failed alone.
  const context = spanContext({ ...trace, sampled: true })
  return {
    name,
    kind: kinds[kind],
    spanContext: () => context,
    ...(parent && { parentSpanContext: remote(parent) }),
    startTime: millisToHrTime(beganAt),
    endTime: millisToHrTime(beganAt + lasted),
    duration: millisToHrTime(lasted),
    ended: true,
    status: error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
    attributes: given({ ...attributes?.(), ...more, 'error.type': error }),
    links: link ? [{ context: remote(link) }] : [],
    events: [],
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

const spanContext = ({ traceId, spanId, sampled }: TraceContext): SpanContext => ({
  traceId,
  spanId,
  traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
})

/** All parents come from a header: of a span in another process, or of an earlier one in this. */
const remote = (trace: TraceContext): SpanContext => ({ ...spanContext(trace), isRemote: true })

/** Without what is undefined. OpenTelemetry's type would let itself change a list. */
const given = (attributes: SpanAttributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as Attributes

/** Milliseconds from the start of the process → since the epoch. */
let epoch = performance.timeOrigin

/** As the system's clock says, which may be set at any time, but in smaller steps: it stands still for a millisecond. */
function wallClock(): number {
  const [now, system] = [performance.now(), Date.now()]
  const time = Math.min(Math.max(epoch + now, system), system + 0.999)
  epoch = time - now
  return time
}
