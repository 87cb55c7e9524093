import type { Span } from '../store/records.ts'

/** A span and those that it caused, in the order of their beginnings. */
export interface SpanNode {
  readonly span: Span
  readonly children: readonly SpanNode[]
  /** Whether it is where it is by a link: it took up what the span above it has sent. */
  readonly linked: boolean
}

/**
 * Spans of one trace → trees. A span whose parent is not there stands below a span that it links to, or else by itself: its parent may
 * have been lost, or belong to a caller who keeps its spans elsewhere.
 */
export function spanTrees(spans: readonly Span[]): readonly SpanNode[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  const above = new Map<Span, { readonly parent: Span; readonly linked: boolean }>()
  for (const span of spans) {
    const parent = byId.get(span.parentSpanId ?? '')
    const link = parent ? undefined : span.links.map(({ spanId }) => byId.get(spanId)).find((target) => target !== undefined)
    const chosen = parent ?? link
    // Nobody is their own ancestor, whatever was sent.
    if (chosen && !isAbove(span, chosen, above)) above.set(span, { parent: chosen, linked: parent === undefined })
  }
  const children = Map.groupBy(above, ([, { parent }]) => parent)
  const node = (span: Span, linked: boolean): SpanNode => ({
    span,
    linked,
    children: (children.get(span) ?? []).map(([child, { linked }]) => node(child, linked)).sort(byStart),
  })
  return spans
    .filter((span) => !above.has(span))
    .map((span) => node(span, false))
    .sort(byStart)
}

const byStart = (a: SpanNode, b: SpanNode): number => a.span.startUs - b.span.startUs

function isAbove(span: Span, below: Span, above: ReadonlyMap<Span, { readonly parent: Span }>): boolean {
  for (let at: Span | undefined = below; at; at = above.get(at)?.parent) if (at === span) return true
  return false
}
