import { printable } from '../../cli/printable.ts'
import { type SpanBelow, spanTree } from '../../telemetry/show/span-tree.ts'
import { extentOf, isProxy, nameOf, sourceOf } from '../../telemetry/show/waterfall.ts'
import { orderAttribute, type Span } from '../../telemetry/store/records.ts'

/** A span as a row of a waterfall. */
export interface TraceRow {
  readonly spanId: string
  /** Of the tree. */
  readonly depth: number
  readonly name: string
  /** `orders-0`, or `orders-0/sidecar`. */
  readonly source: string
  readonly service: string
  readonly isProxy: boolean
  /** It took up what another one has sent through Kafka. */
  readonly isLinked: boolean
  readonly failed: boolean
  /** Microseconds since the trace began. */
  readonly startUs: number
  readonly durationUs: number
  readonly attributes: readonly (readonly [string, string])[]
}

export interface TraceView {
  readonly traceId: string
  /** Milliseconds since the epoch. */
  readonly beginMs: number
  readonly durationUs: number
  readonly services: number
  readonly orderId?: string
  /** In the order of the tree. */
  readonly rows: readonly TraceRow[]
  /** Spans that are too many to be shown. */
  readonly leftOut: number
  /** Made of what proxies have logged: no span of it was kept. */
  readonly isLogged?: true
}

const mostRows = 1_000
const longest = 300
const mostAttributes = 30

/** Spans of one trace → its waterfall; undefined when there are none. */
export function traceView(traceId: string, spans: readonly Span[]): TraceView | undefined {
  if (spans.length === 0) return undefined
  const { begin, end } = extentOf(spans)
  const orderId = spans.map(({ attributes }) => attributes[orderAttribute]).find((order) => typeof order === 'string')
  return {
    traceId,
    beginMs: begin / 1000,
    durationUs: end - begin,
    services: new Set(spans.map(({ service }) => service)).size,
    ...(orderId !== undefined && { orderId: text(orderId) }),
    rows: inTreeOrder(spans)
      .slice(0, mostRows)
      .map(({ span, linked, depth }) => ({
        spanId: span.spanId,
        depth,
        name: text(nameOf(span)),
        source: text(sourceOf(span)),
        service: text(span.service),
        isProxy: isProxy(span),
        isLinked: linked || span.links.length > 0,
        failed: span.status === 'error',
        startUs: span.startUs - begin,
        durationUs: span.durationUs,
        attributes: Object.entries(span.attributes)
          .slice(0, mostAttributes)
          .map(([name, value]) => [text(name), text(typeof value === 'string' ? value : JSON.stringify(value))] as const),
      })),
    leftOut: Math.max(0, spans.length - mostRows),
  }
}

/** Without recursion: nobody promises how deep a trace is. */
function inTreeOrder(spans: readonly Span[]): (SpanBelow & { readonly depth: number })[] {
  const tree = spanTree(spans)
  const rows: (SpanBelow & { readonly depth: number })[] = []
  const below = (span: Span | undefined, depth: number) => (tree.get(span) ?? []).map((one) => ({ ...one, depth })).reverse()
  const open = below(undefined, 0)
  for (let row = open.pop(); row; row = open.pop()) {
    rows.push(row)
    open.push(...below(row.span, row.depth + 1))
  }
  return rows
}

const text = (whole: string): string => printable(whole.length > longest ? `${whole.slice(0, longest)}…` : whole)
