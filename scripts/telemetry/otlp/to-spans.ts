import { type Attributes, type Span, spanKinds, spanStatuses } from '../store/records.ts'
import { attributesOf, idOf, microsecondsOf, objectsOf, stringOf } from './attributes.ts'
import type { OtlpSpan, TracesRequest } from './json-shape.ts'

/** What can be stored of a request, and why the rest cannot. */
export interface Accepted<T> {
  readonly accepted: readonly T[]
  readonly rejected: number
  /** Of the first that was rejected. */
  readonly reason?: string
}

/** Of a service that does not say who it is. https://opentelemetry.io/docs/specs/semconv/resource/#service */
const unknownService = 'unknown_service'

export function toSpans({ resourceSpans }: TracesRequest): Accepted<Span> {
  const accepted: Span[] = []
  let rejected = 0
  let reason: string | undefined
  for (const { resource, scopeSpans } of objectsOf(resourceSpans)) {
    const attributes = attributesOf(resource?.attributes)
    for (const { spans } of objectsOf(scopeSpans))
      for (const span of objectsOf(spans)) {
        const read = toSpan(span, attributes)
        if (typeof read === 'string') {
          rejected += 1
          reason ??= read
        } else accepted.push(read)
      }
  }
  return { accepted, rejected, ...(reason !== undefined && { reason }) }
}

/** @returns why not, when it is none */
function toSpan(span: OtlpSpan, resource: Attributes): Span | string {
  const traceId = idOf(span.traceId, 32)
  const spanId = idOf(span.spanId, 16)
  const parentSpanId = idOf(span.parentSpanId, 16)
  const startUs = microsecondsOf(span.startTimeUnixNano)
  if (!traceId || !spanId) return 'a span has no trace id of 32 hex digits, or no span id of 16'
  if (startUs === undefined) return 'a span has no time of its start'
  const attributes = attributesOf(span.attributes)
  const instance = resource['service.instance.id'] ?? attributes['service.instance.id']
  const message = stringOf(span.status?.message)
  return {
    traceId,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name: stringOf(span.name),
    kind: nameAt(spanKinds, span.kind) ?? 'unspecified',
    service: stringOf(resource['service.name']) || unknownService,
    ...(typeof instance === 'string' && { instance }),
    startUs,
    // A clock that was set back meanwhile.
    durationUs: Math.max(0, (microsecondsOf(span.endTimeUnixNano) ?? startUs) - startUs),
    status: nameAt(spanStatuses, span.status?.code) ?? 'unset',
    ...(message !== '' && { statusMessage: message }),
    attributes,
    events: objectsOf(span.events).map((event) => ({
      name: stringOf(event.name),
      timeUs: microsecondsOf(event.timeUnixNano) ?? startUs,
      attributes: attributesOf(event.attributes),
    })),
    links: objectsOf(span.links).flatMap((link) => {
      const [linkedTrace, linkedSpan] = [idOf(link.traceId, 32), idOf(link.spanId, 16)]
      return linkedTrace && linkedSpan ? [{ traceId: linkedTrace, spanId: linkedSpan }] : []
    }),
  }
}

/** JSON may have the names of Object's own methods where a number belongs. */
const nameAt = <Name>(names: readonly Name[], index: unknown): Name | undefined => (typeof index === 'number' ? names[index] : undefined)
