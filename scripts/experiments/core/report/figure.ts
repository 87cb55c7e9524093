import type { ExperimentResult, RunEvent } from '../result.ts'
import { breakerRows, type SharedRows, sharedRows } from './breaker-rows.ts'
import { escapeMarkup } from './markup.ts'
import { intervalMs, type Rate, rates } from './rates.ts'
import { smallCharts } from './small-charts.ts'
import { fixed, isEmpty, type Recording, recordingOf, seconds, type TimeAxis, ticks, timeAxes } from './time-axis.ts'

interface Panel {
  readonly title: string
  readonly recording: Recording
  readonly axis: TimeAxis
  readonly rates: readonly Rate[]
}

/** The run, and beside it its negative control on the same axes: states of the breakers, and below them the traffic. */
export function figure(result: ExperimentResult): string {
  const { negativeControl } = result
  const titled = [
    { title: 'With the rule', recording: recordingOf(result) },
    ...(negativeControl ? [{ title: `Without: ${negativeControl.change}`, recording: recordingOf(negativeControl) }] : []),
  ].filter(({ recording }) => !isEmpty(recording))
  if (titled.length === 0) return '<p class="soft">Nothing was recorded: no sample of a proxy was taken.</p>'
  const recordings = titled.map(({ recording }) => recording)
  const axes = timeAxes(recordings)
  const panels = titled.flatMap(({ title, recording }, index): Panel[] => {
    const axis = axes[index]
    return axis === undefined ? [] : [{ title, recording, axis, rates: rates(recording, axis, intervalMs(recordings, axis)) }]
  })
  const shared = sharedRows(recordings.map(({ timeline }) => timeline))
  const all = panels.flatMap((panel) => panel.rates)
  return `<div class="panels">${panels.map((panel) => drawn(panel, all, shared)).join('\n')}</div>
${legend(recordings)}
<p class="soft note">${note(recordings)}</p>`
}

function drawn({ title, recording, axis, rates: own }: Panel, all: readonly Rate[], shared: SharedRows): string {
  const { events, timeline } = recording
  return `<figure class="panel"><figcaption>${escapeMarkup(title)}</figcaption>
${eventList(events, axis)}
<div class="plot">${guides(events, axis)}
${breakerRows(timeline, shared, axis)}
${smallCharts(own, all, axis)}
${axisRow(axis)}</div></figure>`
}

/** Lines through all that is drawn: faint ones at the named moments, numbered ones where the run did something. */
function guides(events: readonly RunEvent[], axis: TimeAxis): string {
  const at = (relativeMs: number) => `${fixed(axis.percent(relativeMs + axis.zeroMs))}%`
  const grid = ticks(axis).map((tick) => `<line class="grid" x1="${at(tick)}" x2="${at(tick)}" y1="0" y2="100%"/>`)
  const lines = events.map(
    ({ atMs }) => `<line class="event" x1="${at(atMs - axis.zeroMs)}" x2="${at(atMs - axis.zeroMs)}" y1="0" y2="100%"/>`,
  )
  const flags = together(events, axis).map(
    ({ percent, words, title }) =>
      `<b class="flag" style="left:clamp(9px,${fixed(percent)}%,calc(100% - 9px))" title="${escapeMarkup(title)}">${words}</b>`,
  )
  return `<svg class="guides" aria-hidden="true">${grid.join('')}${lines.join('')}</svg><div class="flags">${flags.join('')}</div>`
}

/** Percent of the axis that the flags of two events are apart at least: else they share one. */
const flagPercent = 10

function together(events: readonly RunEvent[], axis: TimeAxis) {
  const flags: { percent: number; words: string; title: string; first: number }[] = []
  for (const [index, { atMs, what }] of events.entries()) {
    const percent = axis.percent(atMs)
    const last = flags.at(-1)
    if (last === undefined || percent - last.percent >= flagPercent)
      flags.push({ percent, words: `${index + 1}`, title: what, first: index + 1 })
    else flags[flags.length - 1] = { ...last, words: `${last.first}–${index + 1}`, title: `${last.title}; ${what}` }
  }
  return flags
}

const eventList = (events: readonly RunEvent[], { zeroMs }: TimeAxis): string =>
  events.length === 0
    ? ''
    : `<ol class="events">${events.map(({ atMs, what }) => `<li><span class="soft">${seconds(atMs - zeroMs)}</span> ${escapeMarkup(what)}</li>`).join('')}</ol>`

function axisRow(axis: TimeAxis): string {
  const named = ticks(axis).map((tick) => {
    const percent = axis.percent(tick + axis.zeroMs)
    const side = percent < 4 ? ' first' : percent > 96 ? ' last' : ''
    return `<span class="tick${side}" style="left:${fixed(percent)}%">${seconds(tick)}</span>`
  })
  return `<div class="axis">${named.join('')}</div>`
}

const swatch = (state: string, shape: string, words: string) =>
  `<li><svg viewBox="0 0 20 16" aria-hidden="true"><rect class="state ${state}" x="1" width="18" ${shape}/></svg>${words}</li>`

/** Only the signs that were drawn. */
function legend(recordings: readonly Recording[]): string {
  const samples = recordings.flatMap(({ timeline }) => timeline.flatMap((series) => series.samples))
  const has = (state: string) => samples.some((sample) => sample.state === state)
  const signs = [
    swatch('closed', 'y="6" height="4"', 'closed: takes traffic'),
    ...(has('overflow') ? [swatch('overflow', 'y="1" height="14"', 'overflow: the pool is full, the next request is refused')] : []),
    ...(has('ejected') ? [swatch('ejected', 'y="1" height="14"', 'ejected: gets no request')] : []),
    ...(has('probation') ? [swatch('probation', 'y="3" height="10"', 'probation: back, no success yet')] : []),
    ...(samples.some(({ failed }) => failed) ? ['<li><b class="sign failed">✕</b>that many failed</li>'] : []),
    ...(samples.some(({ refused }) => refused) ? ['<li><b class="sign refused">▲</b>that many were refused</li>'] : []),
  ]
  return `<ul class="legend">${signs.join('')}</ul>`
}

function note(recordings: readonly Recording[]): string {
  const isMeasured = recordings.some(({ traffic }) => traffic.length > 0)
  const sampling = recordings.flatMap(({ timeline }) => timeline.flatMap((series) => series.sampling ?? []))
  const deadlines = [...new Set(recordings.flatMap(({ traffic }) => traffic.flatMap(({ deadlineMs }) => deadlineMs ?? [])))]
  const zero = recordings.some(({ events }) => events.length > 0) ? '0 s is the fault. ' : ''
  return [
    `${zero}States are from the proxies’ own statistics`,
    sampling.length > 0
      ? `, read ${Math.min(...sampling.map(({ perSecond }) => perSecond))} times a second or more often (longest gap ${Math.round(Math.max(...sampling.map(({ longestGapMs }) => longestGapMs)))} ms). `
      : '. ',
    isMeasured
      ? `Traffic is from the senders’ own records${deadlines.length > 0 ? `; goodput is what was answered within ${deadlines.join(' or ')} ms` : ''}.`
      : 'Traffic is what the proxies counted: a request that was retried counts as often as it was sent, and nobody measured latency.',
  ].join('')
}
