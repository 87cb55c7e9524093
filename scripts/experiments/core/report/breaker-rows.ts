import type { BreakerState } from '../../../breaker-watch/breaker.ts'
import type { Series } from '../result.ts'
import { escapeMarkup } from './markup.ts'
import { mergeMarks, position } from './merge-marks.ts'
import { type Mark, marks, type Span, spans } from './spans.ts'
import { fixed, seconds, type TimeAxis } from './time-axis.ts'

/** Letters that a label inside a bar may have, and so the em that the bar must have; `style.ts` makes a class of each. */
export const labelSizes = Array.from({ length: 22 }, (_, index) => 8 + 2 * index)

/** Hosts of one caller that are drawn one by one although nothing happened to them. */
const shownQuiet = 6
/** Width of a row of numbers, px, on a wide screen and on a phone: the least that there is. */
const widths = { wide: 400, narrow: 240 } as const
/** Percent of the axis; what is less wide gets an edge, so that it is seen. */
const thin = 0.8

/** Hosts of a figure's recordings, told by caller and host. The same host must be at the same height in all of them. */
export interface SharedRows {
  /** Have numbers below their bar. */
  readonly numbered: ReadonlySet<string>
  /** Something happened to them. */
  readonly eventful: ReadonlySet<string>
  /** All, in order, without samples: what stands for one that a recording has not. */
  readonly empty: readonly Series[]
}

export function sharedRows(timelines: readonly (readonly Series[])[]): SharedRows {
  const all = timelines.flat()
  return {
    numbered: new Set(all.filter((series) => marks(series).length > 0).map(rowKey)),
    eventful: new Set(all.filter((series) => !isQuiet(series)).map(rowKey)),
    empty: [...new Map(all.map((series) => [rowKey(series), { caller: series.caller, host: series.host, samples: [] }])).values()],
  }
}

const rowKey = ({ caller, host }: Series): string => `${caller} ${host}`

/** Series → for each caller a group of rows: a bar of states, and below it numbers of what failed or was refused. */
export function breakerRows(timeline: readonly Series[], shared: SharedRows, axis: TimeAxis): string {
  const recorded = new Map(timeline.map((series) => [rowKey(series), series]))
  const rows = shared.empty.map((series) => recorded.get(rowKey(series)) ?? series)
  const callers = [...new Set(rows.map(({ caller }) => caller))]
  return callers
    .map((caller) =>
      callerRows(
        caller,
        rows.filter((series) => series.caller === caller),
        shared,
        axis,
      ),
    )
    .join('\n')
}

function callerRows(caller: string, timeline: readonly Series[], shared: SharedRows, axis: TimeAxis): string {
  const quiet = timeline.filter((series) => !shared.eventful.has(rowKey(series)))
  const folded = timeline.length > shownQuiet && quiet.length > 1 ? quiet : []
  return `<div class="caller"><p class="caller-name"><span>as <b>${escapeMarkup(caller)}</b> sees it</span></p>
${timeline
  .filter((series) => !folded.includes(series))
  .map((series) => row(series, shared, axis))
  .join('\n')}${folded.length > 0 ? `\n${foldedRow(folded)}` : ''}</div>`
}

const isQuiet = (series: Series): boolean => marks(series).length === 0 && series.samples.every(({ state }) => state === 'closed')

function foldedRow(quiet: readonly Series[]): string {
  const requests = quiet.flatMap(({ samples }) => samples).reduce((sum, { requests: count = 0 }) => sum + count, 0)
  return `<p class="folded"><b>${quiet.length} more:</b> closed throughout, ${amount(requests, 'request')}: ${escapeMarkup(quiet.map(({ host }) => host).join(', '))}</p>`
}

function row(series: Series, shared: SharedRows, axis: TimeAxis): string {
  const found = spans(series)
  return `<div class="row"><p class="host"><b>${escapeMarkup(series.host)}</b> <span class="soft">${escapeMarkup(inWords(series))}</span></p>
<div class="track"><svg class="bar" role="img" aria-label="${escapeMarkup(`${series.host}, as ${series.caller} sees it: ${statesInWords(found, axis)}`)}">${found.map((span) => bar(span, axis)).join('')}</svg>${found.map((span) => label(span, axis)).join('')}</div>
${shared.numbered.has(rowKey(series)) ? numbers(marks(series), axis) : ''}</div>`
}

/** Totals of a row: what its numbers add up to. */
function inWords({ samples }: Series): string {
  const sum = (field: 'requests' | 'failed' | 'refused') => samples.reduce((total, sample) => total + (sample[field] ?? 0), 0)
  if (samples.length === 0) return 'not there'
  const [requests, failed, refused] = [sum('requests'), sum('failed'), sum('refused')]
  return [
    ...(requests > 0 ? [amount(requests, 'request')] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
  ].join(' · ')
}

const statesInWords = (found: readonly Span[], { zeroMs }: TimeAxis): string =>
  found
    .map(({ state, cause, fromMs, toMs }) => `${stateWords(state, cause)}, ${seconds(fromMs - zeroMs)} to ${seconds(toMs - zeroMs)}`)
    .join('; ') || 'no sample was taken'

export const stateWords = (state: BreakerState, cause: string | undefined): string =>
  cause === undefined ? state : `${state} (${causeWords(cause)})`

/** Envoy's gauge for a full pool says little to whoever does not know it. */
const causeWords = (cause: string): string =>
  cause
    .split(', ')
    .map((one) => ({ rq_pending_open: 'no place left to wait', rq_open: 'as many requests as allowed' })[one] ?? one)
    .join(', ')

function bar({ fromMs, toMs, state, cause }: Span, axis: TimeAxis): string {
  const left = axis.percent(fromMs)
  const wide = axis.percent(toMs) - left
  const place = { closed: 'y="14" height="8"', overflow: 'y="0" height="36"', ejected: 'y="0" height="36"', probation: 'y="5" height="26"' }
  const words = `${stateWords(state, cause)}, ${seconds(fromMs - axis.zeroMs)} to ${seconds(toMs - axis.zeroMs)}`
  return `<rect class="state ${state}${wide < thin ? ' thin' : ''}" x="${fixed(left)}%" width="${fixed(wide)}%" ${place[state]}><title>${escapeMarkup(words)}</title></rect>`
}

/** Long words where they have room, short ones where those have; the style sheet knows when. A closed breaker is the thin line that needs none. */
function label({ fromMs, toMs, state, cause }: Span, axis: TimeAxis): string {
  if (state === 'closed' || toMs === fromMs) return ''
  const lasted = seconds(toMs - fromMs)
  const withCause = cause === undefined ? [] : [`${state} ${lasted} · ${causeWords(cause)}`, `${state} · ${causeWords(cause)}`]
  const texts = [...withCause, `${state} ${lasted}`, state].flatMap((text) => {
    const size = labelSizes.find((letters) => letters >= text.length)
    return size === undefined ? [] : [`<b class="fits${size}">${escapeMarkup(text)}</b>`]
  })
  const left = axis.percent(fromMs)
  return `<span class="label ${state}" aria-hidden="true" style="left:${fixed(left)}%;width:${fixed(axis.percent(toMs) - left)}%"><span>${texts.join('')}</span></span>`
}

const signs: Readonly<Record<Mark['kind'], string>> = { failed: '✕', refused: '▲' }

function numbers(all: readonly Mark[], axis: TimeAxis): string {
  if (all.length === 0) return '<div class="numbers"></div>'
  const drawn = (widthPx: number) =>
    (['failed', 'refused'] as const).map((kind) => {
      const merged = mergeMarks(
        all.filter((mark) => mark.kind === kind),
        axis,
        widthPx,
      )
      if (merged.length === 0) return ''
      const texts = merged.map(
        (mark) =>
          `<span style="${position(mark)}" title="${mark.count} ${kind}, ${seconds(mark.fromMs - axis.zeroMs)}${mark.toMs === mark.fromMs ? '' : ` to ${seconds(mark.toMs - axis.zeroMs)}`}">${signs[kind]}<i>${mark.count}</i></span>`,
      )
      return `<div class="numbers ${kind}">${texts.join('')}</div>`
    })
  return `<div class="on-wide">${drawn(widths.wide).join('')}</div><div class="on-narrow">${drawn(widths.narrow).join('')}</div>`
}

const amount = (count: number, what: string): string => `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`
