/**
 * OTLP's messages as its JSON has them; ids are hex digits, 64-bit numbers texts or numbers.
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 * Everything may be missing: protobuf has no required fields, and this comes from outside.
 */
export interface AnyValue {
  readonly stringValue?: string
  readonly boolValue?: boolean
  readonly intValue?: string | number
  readonly doubleValue?: number
  readonly arrayValue?: { readonly values?: readonly AnyValue[] }
  readonly kvlistValue?: { readonly values?: readonly KeyValue[] }
  readonly bytesValue?: string
}

export interface KeyValue {
  readonly key?: string
  readonly value?: AnyValue
}

export interface Resource {
  readonly attributes?: readonly KeyValue[]
}

export interface OtlpSpan {
  readonly traceId?: string
  readonly spanId?: string
  readonly parentSpanId?: string
  readonly name?: string
  readonly kind?: number
  readonly startTimeUnixNano?: string | number
  readonly endTimeUnixNano?: string | number
  readonly attributes?: readonly KeyValue[]
  readonly events?: readonly {
    readonly timeUnixNano?: string | number
    readonly name?: string
    readonly attributes?: readonly KeyValue[]
  }[]
  readonly links?: readonly { readonly traceId?: string; readonly spanId?: string }[]
  readonly status?: { readonly code?: number; readonly message?: string }
}

export interface TracesRequest {
  readonly resourceSpans?: readonly {
    readonly resource?: Resource
    readonly scopeSpans?: readonly { readonly spans?: readonly OtlpSpan[] }[]
  }[]
}

export interface OtlpLogRecord {
  readonly timeUnixNano?: string | number
  readonly observedTimeUnixNano?: string | number
  readonly severityNumber?: number
  readonly severityText?: string
  readonly body?: AnyValue
  readonly attributes?: readonly KeyValue[]
  readonly traceId?: string
  readonly spanId?: string
}

export interface LogsRequest {
  readonly resourceLogs?: readonly {
    readonly resource?: Resource
    readonly scopeLogs?: readonly { readonly logRecords?: readonly OtlpLogRecord[] }[]
  }[]
}
