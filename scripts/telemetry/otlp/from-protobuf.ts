import type { AnyValue, KeyValue, LogsRequest, OtlpLogRecord, OtlpSpan, Resource, TracesRequest } from './json-shape.ts'
import { checkDepth } from './malformed-body.ts'
import { doubleOf, type Field, fieldsOf, hexOf, textOf } from './protobuf.ts'

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** Reads the fields of a message into an object, each by what stands behind its number. Unknown fields are left out. */
function read<Message>(bytes: Uint8Array, known: Readonly<Record<number, (message: Mutable<Message>, field: Field) => void>>): Message {
  const message = {} as Mutable<Message>
  for (const field of fieldsOf(bytes)) known[field.number]?.(message, field)
  return message as Message
}

const added = <T>(list: readonly T[] | undefined, item: T): T[] => {
  const items = (list as T[] | undefined) ?? []
  items.push(item)
  return items
}

// The numbers are those of opentelemetry/proto/{common,resource,trace,logs}/v1.

function anyValue(bytes: Uint8Array, depth: number): AnyValue {
  checkDepth(depth)
  return read<AnyValue>(bytes, {
    1: (value, field) => (value.stringValue = textOf(field.bytes)),
    2: (value, field) => (value.boolValue = field.integer !== 0n),
    3: (value, field) => (value.intValue = String(BigInt.asIntN(64, field.integer))),
    4: (value, field) => (value.doubleValue = doubleOf(field.integer)),
    5: (value, field) =>
      (value.arrayValue = read<NonNullable<AnyValue['arrayValue']>>(field.bytes, {
        1: (array, one) => (array.values = added(array.values, anyValue(one.bytes, depth + 1))),
      })),
    6: (value, field) =>
      (value.kvlistValue = read<NonNullable<AnyValue['kvlistValue']>>(field.bytes, {
        1: (list, one) => (list.values = added(list.values, keyValue(one.bytes, depth + 1))),
      })),
    7: (value, field) => (value.bytesValue = Buffer.from(field.bytes).toString('base64')),
  })
}

const keyValue = (bytes: Uint8Array, depth = 0): KeyValue =>
  read<KeyValue>(bytes, {
    1: (pair, field) => (pair.key = textOf(field.bytes)),
    2: (pair, field) => (pair.value = anyValue(field.bytes, depth)),
  })

const resource = (bytes: Uint8Array): Resource =>
  read<Resource>(bytes, { 1: (one, field) => (one.attributes = added(one.attributes, keyValue(field.bytes))) })

type Event = NonNullable<OtlpSpan['events']>[number]
type Link = NonNullable<OtlpSpan['links']>[number]
type Status = NonNullable<OtlpSpan['status']>

const span = (bytes: Uint8Array): OtlpSpan =>
  read<OtlpSpan>(bytes, {
    1: (one, field) => (one.traceId = hexOf(field.bytes)),
    2: (one, field) => (one.spanId = hexOf(field.bytes)),
    4: (one, field) => (one.parentSpanId = hexOf(field.bytes)),
    5: (one, field) => (one.name = textOf(field.bytes)),
    6: (one, field) => (one.kind = Number(field.integer)),
    7: (one, field) => (one.startTimeUnixNano = String(field.integer)),
    8: (one, field) => (one.endTimeUnixNano = String(field.integer)),
    9: (one, field) => (one.attributes = added(one.attributes, keyValue(field.bytes))),
    11: (one, field) =>
      (one.events = added(
        one.events,
        read<Event>(field.bytes, {
          1: (event, part) => (event.timeUnixNano = String(part.integer)),
          2: (event, part) => (event.name = textOf(part.bytes)),
          3: (event, part) => (event.attributes = added(event.attributes, keyValue(part.bytes))),
        }),
      )),
    13: (one, field) =>
      (one.links = added(
        one.links,
        read<Link>(field.bytes, {
          1: (link, part) => (link.traceId = hexOf(part.bytes)),
          2: (link, part) => (link.spanId = hexOf(part.bytes)),
        }),
      )),
    15: (one, field) =>
      (one.status = read<Status>(field.bytes, {
        2: (status, part) => (status.message = textOf(part.bytes)),
        3: (status, part) => (status.code = Number(part.integer)),
      })),
  })

type ResourceSpans = NonNullable<TracesRequest['resourceSpans']>[number]
type ScopeSpans = NonNullable<ResourceSpans['scopeSpans']>[number]

/** ExportTraceServiceRequest. @throws MalformedBody */
export const tracesFromProtobuf = (bytes: Uint8Array): TracesRequest =>
  read<TracesRequest>(bytes, {
    1: (request, field) =>
      (request.resourceSpans = added(
        request.resourceSpans,
        read<ResourceSpans>(field.bytes, {
          1: (one, part) => (one.resource = resource(part.bytes)),
          2: (one, part) =>
            (one.scopeSpans = added(
              one.scopeSpans,
              read<ScopeSpans>(part.bytes, { 2: (scope, item) => (scope.spans = added(scope.spans, span(item.bytes))) }),
            )),
        }),
      )),
  })

const logRecord = (bytes: Uint8Array): OtlpLogRecord =>
  read<OtlpLogRecord>(bytes, {
    1: (one, field) => (one.timeUnixNano = String(field.integer)),
    2: (one, field) => (one.severityNumber = Number(field.integer)),
    3: (one, field) => (one.severityText = textOf(field.bytes)),
    5: (one, field) => (one.body = anyValue(field.bytes, 0)),
    6: (one, field) => (one.attributes = added(one.attributes, keyValue(field.bytes))),
    9: (one, field) => (one.traceId = hexOf(field.bytes)),
    10: (one, field) => (one.spanId = hexOf(field.bytes)),
    11: (one, field) => (one.observedTimeUnixNano = String(field.integer)),
  })

type ResourceLogs = NonNullable<LogsRequest['resourceLogs']>[number]
type ScopeLogs = NonNullable<ResourceLogs['scopeLogs']>[number]

/** ExportLogsServiceRequest. @throws MalformedBody */
export const logsFromProtobuf = (bytes: Uint8Array): LogsRequest =>
  read<LogsRequest>(bytes, {
    1: (request, field) =>
      (request.resourceLogs = added(
        request.resourceLogs,
        read<ResourceLogs>(field.bytes, {
          1: (one, part) => (one.resource = resource(part.bytes)),
          2: (one, part) =>
            (one.scopeLogs = added(
              one.scopeLogs,
              read<ScopeLogs>(part.bytes, { 2: (scope, item) => (scope.logRecords = added(scope.logRecords, logRecord(item.bytes))) }),
            )),
        }),
      )),
  })
