import { printable } from '../../cli/printable.ts'
import type { Span } from '../store/records.ts'
import { type SpanBelow, spanTree } from './span-tree.ts'

/** What a part of a line is, for whoever colours it. */
export type Ink = 'failed' | 'proxy' | 'service' | 'quiet'

export interface WaterfallOptions {
  /** Characters of a line. */
  readonly width: number
  readonly color: (ink: Ink, text: string) => string
}

/** A bar narrower than this says nothing. */
const narrowestBar = 16
/** Of the tree with the names; a saga is deep. */
const widestName = 64
/** Levels of the tree; what is below them stands at the last. */
const deepest = 20

/** One line a span: when it began, what it is, where, how it lies in the whole trace, and how long it took. */
export function waterfall(spans: readonly Span[], { width, color }: WaterfallOptions): readonly string[] {
  const rows = rowsOf(spans)
  const { begin, end } = extentOf(spans)
  const texts = rows.map(({ branch, node: { span, linked } }) => ({
    start: shortTime(span.startUs - begin),
    name: cut(`${branch}${linked || span.links.length > 0 ? '⇠ ' : ''}${printable(nameOf(span))}`, widestName),
    place: printable(sourceOf(span)),
    duration: shortTime(span.durationUs),
    span,
  }))
  const columns = {
    start: widest(texts.map(({ start }) => start)),
    name: widest(texts.map(({ name }) => name)),
    place: widest(texts.map(({ place }) => place)),
    duration: widest(texts.map(({ duration }) => duration)),
  }
  const gaps = 2 * 4 + 2
  const barWidth = Math.max(narrowestBar, width - gaps - columns.start - columns.name - columns.place - columns.duration)
  return texts.map(({ start, name, place, duration, span }) => {
    const failed = span.status === 'error'
    const ink: Ink = failed ? 'failed' : isProxy(span) ? 'proxy' : 'service'
    const bar = barOf((span.startUs - begin) / (end - begin || 1), span.durationUs / (end - begin || 1), barWidth)
    const cells = [
      color('quiet', start.padStart(columns.start)),
      color(ink, name.padEnd(columns.name)),
      color('quiet', place.padEnd(columns.place)),
      color(ink, bar),
      `${duration.padStart(columns.duration)}${failed ? color('failed', ' ✗') : ''}`,
    ]
    return cells.join('  ').trimEnd()
  })
}

/** When the first of them began and the last one ended, in microseconds since the epoch. */
export const extentOf = (spans: readonly Span[]): { readonly begin: number; readonly end: number } => ({
  begin: spans.reduce((least, { startUs }) => Math.min(least, startUs), Number.POSITIVE_INFINITY),
  end: spans.reduce((most, { startUs, durationUs }) => Math.max(most, startUs + durationUs), 0),
})

const widest = (texts: readonly string[]): number => texts.reduce((most, { length }) => Math.max(most, length), 0)

interface Row {
  readonly branch: string
  readonly node: SpanBelow
}

/** Without recursion: nobody promises how deep a trace is. */
function rowsOf(spans: readonly Span[]): Row[] {
  const tree = spanTree(spans)
  const rows: Row[] = []
  const open = (tree.get(undefined) ?? []).map((node) => ({ node, branch: '', below: '' })).reverse()
  for (let row = open.pop(); row; row = open.pop()) {
    const { node, branch, below } = row
    rows.push({ node, branch })
    const children = tree.get(node.span) ?? []
    const isDeepest = below.length >= deepest * 2
    for (const [index, child] of [...children.entries()].reverse()) {
      const last = index === children.length - 1
      open.push(
        isDeepest
          ? { ...row, node: child }
          : { node: child, branch: `${below}${last ? '└ ' : '├ '}`, below: `${below}${last ? '  ' : '│ '}` },
      )
    }
  }
  return rows
}

/** With what it ended in, where it did not end well. */
export function nameOf({ name, attributes, status, statusMessage }: Span): string {
  const code = attributes['http.response.status_code'] ?? attributes['http.status_code']
  const flags = attributes.response_flags
  const signs = [code, typeof flags === 'string' && flags !== '-' ? flags : undefined, status === 'error' ? statusMessage : undefined]
  return [name, ...signs.filter((sign) => sign !== undefined)].join(' ')
}

/** Envoy calls itself `proxy`; which side of it, we have added. */
export const isProxy = ({ attributes }: Span): boolean => attributes['breakwater.proxy'] !== undefined || attributes.component === 'proxy'

/** `orders-0`, or `orders-0/sidecar`. */
export const sourceOf = (span: Span): string => `${span.instance ?? span.service}${isProxy(span) ? '/sidecar' : ''}`

const cut = (text: string, longest: number): string => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text)

function barOf(from: number, share: number, width: number): string {
  const start = Math.min(width - 1, Math.floor(from * width))
  const length = Math.max(1, Math.min(width - start, Math.round(share * width)))
  const mark = share * width < 0.5 ? '▏' : '█'
  return `${' '.repeat(start)}${mark.repeat(length)}`.padEnd(width)
}

/** Microseconds → three digits that matter. */
export function shortTime(us: number): string {
  const [value, unit] = us >= 1e6 ? [us / 1e6, 's'] : us >= 1000 ? [us / 1000, 'ms'] : [us, 'µs']
  return `${value >= 100 || unit === 'µs' ? Math.round(value) : value.toFixed(value >= 10 ? 1 : 2)} ${unit}`
}
