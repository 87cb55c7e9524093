import type { TraceContext } from './trace-context.ts'

/**
 * How the runtime traces its work. Nothing here imports OpenTelemetry: where tracing is off, which is how a process starts, it is not even
 * loaded (megabytes of each process), and `tracer()?.begin({ … })` does not look at what is in the braces.
 */

export type SpanKind = 'server' | 'client' | 'producer' | 'consumer' | 'internal'

/** Names are those of OpenTelemetry's semantic conventions; own ones begin with `breakwater.`. Undefined is left out. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

export interface SpanStart {
  /** Of few different words: no ids in it. */
  readonly name: string
  readonly kind: SpanKind
  /** What it goes on from. Undefined: a new trace begins. */
  readonly parent: TraceContext | undefined
  /** Its message was produced there. */
  readonly link?: TraceContext | undefined
  /** Asked when the span ends, and only of a span that is sent: most work under load is in traces that are not kept. */
  readonly attributes?: () => SpanAttributes
}

/** A piece of work that is being measured. It is sent when its trace is kept, or when it failed. */
export interface Span {
  /** What others go on from. */
  readonly trace: TraceContext
  /** @param attributes beside those of its start */
  set(attributes: SpanAttributes): void
  /** @param error what went wrong, in a word that can be counted */
  fail(error: string): void
  end(): void
}

export interface Tracer {
  begin(start: SpanStart): Span
}

let current: Tracer | undefined

/** Undefined while tracing is off. */
export const tracer = (): Tracer | undefined => current

/** Switches tracing on, or off with undefined. */
export const traceWith = (given: Tracer | undefined): void => {
  current = given
}

/** Labels of log lines → attributes: `orderId` is `breakwater.order_id`. */
export const labelAttributes = (labels: Readonly<Record<string, string>>): SpanAttributes =>
  Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [`breakwater.${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`, value]),
  )
