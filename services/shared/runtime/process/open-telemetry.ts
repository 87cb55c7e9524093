import { type Attributes, createNoopMeter, type Meter, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { SpanKind as Kind, Span, SpanAttributes, Tracer } from './spans.ts'
import type { TraceContext } from './trace-context.ts'
import type { TracingConfig } from './tracing-config.ts'

/** The only file that knows OpenTelemetry; loaded when tracing is on. */

/** Spans of a process that wait to be sent; what comes beyond is dropped and counted. A few megabytes. */
const maxWaitingSpans = 4096
/** To turn a span into JSON takes about ten microseconds: so many at once hold up nobody for long. */
const spansAtOnce = 256
/** Milliseconds until a lone span is sent. */
const sendEveryMs = 1000

export interface Exporting {
  readonly service: string
  readonly pod: string
  /** Of the collector: `http://127.0.0.1:4318`. */
  readonly endpoint: string
  readonly config: TracingConfig
  /** How many spans were taken by the collector, or lost and why: `queue_full`, or the name of an error. */
  readonly counted: (spans: number, lost: string | undefined) => void
}

/** Sends spans to a collector. The exporter reads other variables of OpenTelemetry by itself: headers, certificates, time-outs. */
export function exportingProvider({ service, pod, endpoint, config, counted }: Exporting): TracerProvider {
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
  return new TracerProvider({ resource, sampler: samplerOf(config), spanProcessors: [processor] })
}

/** https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
export function samplerOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio }: TracingConfig): Sampler {
  const parentBased = (root: Sampler) => new ParentBasedSampler({ root })
  switch (name) {
    case 'always_on':
      return new AlwaysOnSampler()
    case 'always_off':
      return new AlwaysOffSampler()
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(ratio)
    case 'parentbased_always_on':
      return parentBased(new AlwaysOnSampler())
    case 'parentbased_always_off':
      return parentBased(new AlwaysOffSampler())
    case 'parentbased_traceidratio':
      return parentBased(new TraceIdRatioBasedSampler(ratio))
  }
}

const kinds: Readonly<Record<Kind, SpanKind>> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
}

/** The runtime's spans as those of a provider. */
export function tracerOf(provider: Pick<TracerProvider, 'getTracer'>): Tracer {
  const openTelemetry = provider.getTracer('breakwater')
  return {
    begin: ({ name, kind, parent, link, attributes = {} }): Span => {
      const span = openTelemetry.startSpan(
        name,
        { kind: kinds[kind], attributes: given(attributes), links: link ? [{ context: spanContext(link) }] : [] },
        parent ? trace.setSpanContext(ROOT_CONTEXT, spanContext(parent)) : ROOT_CONTEXT,
      )
      const { traceId, spanId, traceFlags } = span.spanContext()
      return {
        trace: { traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 },
        set: (more) => void span.setAttributes(given(more)),
        fail: (error) => void span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR, message: error }),
        end: () => span.end(),
      }
    },
  }
}

/** A list is copied: OpenTelemetry's type would let itself change it. */
const given = (attributes: SpanAttributes): Attributes => ({ ...attributes }) as Attributes

/** All parents come from a header: of a span in another process, or of an earlier one in this. */
const spanContext = ({ traceId, spanId, sampled }: TraceContext) => ({
  traceId,
  spanId,
  traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
  isRemote: true,
})
