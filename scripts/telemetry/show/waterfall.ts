import { printable } from '../../cli/printable.ts'
import type { Span } from '../store/records.ts'
import { type SpanNode, spanTrees } from './span-tree.ts'

/** What a part of a line is, for whoever colours it. */
export type Ink = 'failed' | 'proxy' | 'service' | 'quiet'

export interface WaterfallOptions {
  /** Characters of a line. */
  readonly width: number
  readonly paint: (ink: Ink, text: string) => string
}

/** A bar narrower than this says nothing. */
const narrowestBar = 16
/** Of the tree with the names; a saga is deep. */
const widestName = 64

/** One line a span: when it began, what it is, where, how it lies in the whole trace, and how long it took. */
export function waterfall(spans: readonly Span[], { width, paint }: WaterfallOptions): readonly string[] {
  const rows = spanTrees(spans).flatMap((tree) => rowsOf(tree, '', ''))
  const begin = Math.min(...spans.map(({ startUs }) => startUs))
  const end = Math.max(...spans.map(({ startUs, durationUs }) => startUs + durationUs))
  const texts = rows.map(({ branch, node: { span, linked } }) => ({
    start: shortTime(span.startUs - begin),
    name: cut(`${branch}${linked || span.links.length > 0 ? '⇠ ' : ''}${printable(nameOf(span))}`, widestName),
    place: printable(placeOf(span)),
    duration: shortTime(span.durationUs),
    span,
  }))
  const columns = {
    start: Math.max(...texts.map(({ start }) => start.length)),
    name: Math.max(...texts.map(({ name }) => name.length)),
    place: Math.max(...texts.map(({ place }) => place.length)),
    duration: Math.max(...texts.map(({ duration }) => duration.length)),
  }
  const gaps = 2 * 4 + 2
  const barWidth = Math.max(narrowestBar, width - gaps - columns.start - columns.name - columns.place - columns.duration)
  return texts.map(({ start, name, place, duration, span }) => {
    const failed = span.status === 'error'
    const ink: Ink = failed ? 'failed' : isProxy(span) ? 'proxy' : 'service'
    const bar = barOf((span.startUs - begin) / (end - begin || 1), span.durationUs / (end - begin || 1), barWidth)
    const cells = [
      paint('quiet', start.padStart(columns.start)),
      paint(ink, name.padEnd(columns.name)),
      paint('quiet', place.padEnd(columns.place)),
      paint(ink, bar),
      `${duration.padStart(columns.duration)}${failed ? paint('failed', ' ✗') : ''}`,
    ]
    return cells.join('  ').trimEnd()
  })
}

interface Row {
  readonly branch: string
  readonly node: SpanNode
}

function rowsOf(node: SpanNode, branch: string, below: string): Row[] {
  return [
    { branch, node },
    ...node.children.flatMap((child, index) => {
      const last = index === node.children.length - 1
      return rowsOf(child, `${below}${last ? '└ ' : '├ '}`, `${below}${last ? '  ' : '│ '}`)
    }),
  ]
}

/** With what it ended in, where it did not end well. */
function nameOf({ name, attributes, status, statusMessage }: Span): string {
  const code = attributes['http.response.status_code'] ?? attributes['http.status_code']
  const flags = attributes.response_flags
  const signs = [code, typeof flags === 'string' && flags !== '-' ? flags : undefined, status === 'error' ? statusMessage : undefined]
  return [name, ...signs.filter((sign) => sign !== undefined)].join(' ')
}

/** Envoy calls itself `proxy`; which side of it, we have added. */
const isProxy = ({ attributes }: Span): boolean => attributes['breakwater.proxy'] !== undefined || attributes.component === 'proxy'

const placeOf = (span: Span): string => `${span.instance ?? span.service}${isProxy(span) ? '/sidecar' : ''}`

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
