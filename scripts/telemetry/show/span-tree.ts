import type { Span } from '../store/records.ts'

/** A span below another one. */
export interface SpanBelow {
  readonly span: Span
  /** Whether it is there by a link: it took up what the span above it has sent. */
  readonly linked: boolean
}

/** Which spans stand below which, in the order of their beginnings; below `undefined` those that stand by themselves. */
export type SpanTree = ReadonlyMap<Span | undefined, readonly SpanBelow[]>

/**
 * Spans of one trace → their tree. A span whose parent is not there stands below a span that it links to, or else by itself: its parent
 * may have been lost, or belong to a caller who keeps its spans elsewhere.
 */
export function spanTree(spans: readonly Span[]): SpanTree {
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  const above = new Map<Span, Span>()
  const placed = spans
    .toSorted((a, b) => a.startUs - b.startUs)
    .map((span) => {
      const parent = byId.get(span.parentSpanId ?? '')
      const sender = span.links.map(({ spanId }) => byId.get(spanId)).find((target) => target !== undefined)
      const chosen = parent ?? sender
      // Nobody is their own ancestor, whatever was sent.
      if (!chosen || isAbove(span, chosen, above)) return { span, linked: false, parent: undefined }
      above.set(span, chosen)
      return { span, linked: parent === undefined, parent: chosen }
    })
  return Map.groupBy(placed, ({ parent }) => parent)
}

function isAbove(span: Span, below: Span, above: ReadonlyMap<Span, Span>): boolean {
  for (let at: Span | undefined = below; at; at = above.get(at)) if (at === span) return true
  return false
}
