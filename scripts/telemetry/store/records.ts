/** One line of a log, as the store takes it. */
export interface LogEntry {
  /** Milliseconds since the epoch. */
  readonly time: number
  /** pino's numbers: 10 trace … 60 fatal. */
  readonly level: number
  readonly workload: string
  /** `catalog-0` */
  readonly replica: string
  /** 32 hex digits. */
  readonly traceId?: string
  /** The record as JSON, on one line. */
  readonly line: string
  /** What it is found by: the texts of the record without what every record has. */
  readonly text: string
}

/** What OpenTelemetry lets an attribute be, when it is read as JSON. */
export type AttributeValue = string | number | boolean | null | readonly AttributeValue[] | { readonly [name: string]: AttributeValue }
export type Attributes = Readonly<Record<string, AttributeValue>>

/** By their numbers in OTLP. */
export const spanKinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const
export const spanStatuses = ['unset', 'ok', 'error'] as const

/** Something that happened while a span lasted. */
export interface SpanEvent {
  readonly name: string
  /** Microseconds since the epoch. */
  readonly timeUs: number
  readonly attributes: Attributes
}

/** Another span that this one has to do with: of a consumer, the one that produced its message. */
export interface SpanLink {
  readonly traceId: string
  readonly spanId: string
}

/** One step of a trace. Times are whole microseconds since the epoch: nanoseconds do not fit into a number. */
export interface Span {
  readonly traceId: string
  readonly spanId: string
  /** Absent for the first span of a trace. */
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: (typeof spanKinds)[number]
  /** `service.name` of its resource. */
  readonly service: string
  /** `service.instance.id`: the replica. */
  readonly instance?: string
  readonly startUs: number
  readonly durationUs: number
  readonly status: (typeof spanStatuses)[number]
  readonly statusMessage?: string
  readonly attributes: Attributes
  readonly events: readonly SpanEvent[]
  readonly links: readonly SpanLink[]
}

/** How far a file has been read. */
export interface FilePosition {
  /** Tells the file from another one of the same name. */
  readonly fingerprint: string
  /** Bytes. */
  readonly offset: number
}

/** What is written in one transaction. */
export interface Batch {
  readonly entries: readonly LogEntry[]
  readonly spans: readonly Span[]
  /** Of the files that the entries come from, by their paths. */
  readonly positions: ReadonlyMap<string, FilePosition>
}

/** Of the span itself, whoever names it. */
export const orderAttribute = 'breakwater.order_id'
