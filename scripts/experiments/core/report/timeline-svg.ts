import type { BreakerState, Series } from '../result.ts'
import { escapeMarkup } from './markup.ts'
import { type Mark, marks, type Span, spans } from './spans.ts'

const width = 1000
const labelWidth = 150
const rowHeight = 44
const barHeight = 18
const axisHeight = 28
/** Narrower stretches would not be seen. */
const leastWidth = 3
/** A label needs about this many units a letter. */
const letterWidth = 7

const label: Readonly<Record<BreakerState, string>> = {
  closed: 'closed',
  overflow: 'overflow',
  ejected: 'ejected',
  probation: 'probation',
}

interface Scale {
  readonly fromMs: number
  readonly toMs: number
  x(atMs: number): number
}

/** Series → one SVG: coloured and named stretches of state, ticks for answers below them, crosses for failures, triangles for refusals. */
export function timelineSvg(timeline: readonly Series[]): string {
  const times = timeline.flatMap(({ samples }) => samples.map(({ atMs }) => atMs))
  if (times.length === 0) return '<p>No sample was taken.</p>'
  const fromMs = Math.min(...times)
  const toMs = Math.max(...times, fromMs + 1)
  const scale: Scale = { fromMs, toMs, x: (atMs) => labelWidth + ((atMs - fromMs) / (toMs - fromMs)) * (width - labelWidth - 10) }
  const height = timeline.length * rowHeight + axisHeight
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="State of each host over time; the table below says the same in words">`,
    ...timeline.map((series, index) => seriesSvg(series, index * rowHeight, scale)),
    axis(timeline.length * rowHeight, scale),
    '</svg>',
  ].join('\n')
}

function seriesSvg(series: Series, top: number, scale: Scale): string {
  return [
    `<text class="host" x="0" y="${top + 19}">${escapeMarkup(series.host)}</text>`,
    `<text class="caller" x="0" y="${top + 33}">by ${escapeMarkup(series.caller)}</text>`,
    ...spans(series).map((span) => bar(span, top + 6, scale)),
    ...marks(series).map((mark) => markSvg(mark, top + 6 + barHeight, scale)),
  ].join('\n')
}

function bar({ fromMs, toMs, state, cause }: Span, top: number, { x, fromMs: origin }: Scale): string {
  const left = x(fromMs)
  const wide = Math.max(leastWidth, x(toMs) - left)
  const words = label[state]
  const title = `${words}${cause === undefined ? '' : ` (${cause})`}, ${seconds(fromMs - origin)} to ${seconds(toMs - origin)}`
  return [
    `<g><title>${escapeMarkup(title)}</title>`,
    `<rect class="state ${state}" x="${fixed(left)}" y="${top}" width="${fixed(wide)}" height="${barHeight}" rx="2"/>`,
    state !== 'closed' && wide > words.length * letterWidth
      ? `<text class="on ${state}" x="${fixed(left + 5)}" y="${top + 13}">${words}</text>`
      : '',
    '</g>',
  ].join('')
}

function markSvg({ atMs, kind, count }: Mark, top: number, { x, fromMs }: Scale): string {
  const at = fixed(x(atMs))
  const title = `<title>${count} ${kind === 'requests' ? 'answered' : kind} by ${seconds(atMs - fromMs)}</title>`
  if (kind === 'requests') return `<path class="requests" d="M${at} ${top + 2}v5">${title}</path>`
  if (kind === 'refused') return `<path class="refused" d="M${at} ${top + 2}l4 7h-8z">${title}</path>`
  return `<path class="failed" d="M${at} ${top + 2}m-4 0l8 8m0-8l-8 8">${title}</path>`
}

function axis(top: number, { fromMs, toMs, x }: Scale): string {
  const step = [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000].find((candidate) => (toMs - fromMs) / candidate <= 12) ?? 300_000
  const ticks = Array.from({ length: Math.floor((toMs - fromMs) / step) + 1 }, (_, index) => fromMs + index * step)
  return ticks
    .map(
      (at) =>
        `<path class="axis" d="M${fixed(x(at))} ${top}v5"/><text class="tick" x="${fixed(x(at))}" y="${top + 18}">${seconds(at - fromMs)}</text>`,
    )
    .join('\n')
}

const fixed = (value: number): string => String(Math.round(value * 10) / 10)

/** `1.2 s` */
export const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`
