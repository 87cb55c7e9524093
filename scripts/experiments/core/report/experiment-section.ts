import type { Check } from '../../../checks/check.ts'
import { readable } from '../../../checks/readable.ts'
import { type ExperimentResult, type NegativeControl, reasonOf, type Series, verdictWords } from '../result.ts'
import { controlWords } from '../verdict-table.ts'
import { escapeMarkup } from './markup.ts'
import { spans } from './spans.ts'
import { seconds, timelineSvg } from './timeline-svg.ts'

/** `open`: neither. */
type Colour = 'good' | 'bad' | 'open'

/** A word and a colour; never a colour alone. */
const badge = (colour: Colour, words: string): string =>
  `<span class="verdict ${colour}">${{ good: '✓', bad: '✗', open: '?' }[colour]} ${escapeMarkup(words)}</span>`

const colours: Readonly<Record<ExperimentResult['verdict'], Colour>> = { pass: 'good', fail: 'bad', inconclusive: 'open', aborted: 'open' }

export const verdictBadge = ({ verdict }: ExperimentResult): string => badge(colours[verdict], verdictWords[verdict].toLowerCase())

/** One experiment: hypothesis and verdict first, then what they rest on. */
export function experimentSection(result: ExperimentResult): string {
  const { name, hypothesis, startedAt, durationMs, target, checks, timeline, negativeControl, invariants, config, rollback } = result
  const held = checks.filter(({ passed }) => passed).length
  return `
<section class="card" id="${escapeMarkup(name)}">
<div class="head"><h2>${escapeMarkup(name)}</h2>${verdictBadge(result)}</div>
<p class="hypothesis">${escapeMarkup(hypothesis)}</p>
${because(result)}<p class="soft">${escapeMarkup(startedAt)} · ${seconds(durationMs)} · target ${escapeMarkup(target)}</p>
<h3>Verdict: ${held} of ${checks.length} checks hold</h3>
${checksTable(checks)}
<h3>Timeline, from the proxies' own statistics</h3>
${legend}
<div class="scroll">${timelineSvg(timeline)}</div>
<details><summary>The states in words</summary>${statesTable(timeline)}</details>
${negativeControl ? controlSection(result, negativeControl) : ''}
<h3>Business invariants afterwards</h3>
${checksTable(invariants)}
<h3>Undone</h3>
<p>${rollback.done ? 'Everything was put back: no fault and no policy override is left.' : `Left behind: ${escapeMarkup(rollback.remains.join('; '))}`}</p>
<details><summary>Policy under test and parameters</summary><pre>${escapeMarkup(JSON.stringify(config, undefined, 2))}</pre></details>
</section>`
}

function because(result: ExperimentResult): string {
  const reason = reasonOf(result)
  return reason === undefined ? '' : `<p>${escapeMarkup(`${result.verdict}: ${reason}`)}</p>\n`
}

function controlSection(result: ExperimentResult, { failedAsItMust, change, checks }: NegativeControl): string {
  const colour = failedAsItMust ? 'good' : result.verdict === 'fail' ? 'bad' : 'open'
  return `<h3>Negative control ${badge(colour, controlWords(result).toLowerCase())}</h3>
<p>The same run with ${escapeMarkup(change)}: a harness that still passed could not see a missing breaker.</p>
<details><summary>Its checks</summary>${checksTable(checks)}</details>`
}

function checksTable(checks: readonly Check[]): string {
  const rows = checks.map(
    ({ name, expected, actual, passed, doubt }) =>
      `<tr><td>${escapeMarkup(name)}</td><td class="value">${escapeMarkup(readable(expected))}</td><td class="value">${escapeMarkup(readable(actual))}</td><td class="mark ${mark(passed, doubt)}</td></tr>`,
  )
  return `<div class="scroll"><table><thead><tr><th scope="col">check</th><th scope="col">expected</th><th scope="col">observed</th><th scope="col">verdict</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`
}

const mark = (passed: boolean, doubt: string | undefined): string =>
  passed ? 'good">✓ holds' : doubt === undefined ? 'bad">✗ fails' : `open" title="${escapeMarkup(doubt)}">? not judged`

function statesTable(timeline: readonly Series[]): string {
  const rows = timeline.flatMap((series) =>
    spans(series).map(
      ({ fromMs, toMs, state, cause }) =>
        `<tr><td>${escapeMarkup(series.caller)}</td><td>${escapeMarkup(series.host)}</td><td>${state}${cause === undefined ? '' : ` (${escapeMarkup(cause)})`}</td><td class="value">${seconds(fromMs)}</td><td class="value">${seconds(toMs)}</td></tr>`,
    ),
  )
  return `<div class="scroll"><table><thead><tr><th scope="col">caller</th><th scope="col">host</th><th scope="col">state</th><th scope="col">from</th><th scope="col">to</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`
}

const swatch = (state: string, words: string) =>
  `<li><svg viewBox="0 0 14 14" aria-hidden="true"><rect class="${state}" width="14" height="14" rx="2"/></svg>${words}</li>`

const glyph = (kind: string, path: string, words: string) =>
  `<li><svg viewBox="0 0 14 14" aria-hidden="true"><path class="${kind}" d="${path}"/></svg>${words}</li>`

const legend = `<ul class="legend">
${swatch('closed', 'closed: takes traffic')}
${swatch('overflow', 'overflow: the pool is full, the next request is refused')}
${swatch('ejected', 'ejected: gets no request')}
${swatch('probation', 'probation: back, no success yet')}
${glyph('requests', 'M7 4v6', 'answered')}
${glyph('failed', 'M3 3l8 8m0-8l-8 8', 'failed')}
${glyph('refused', 'M7 3l4 7h-8z', 'refused')}
</ul>`
