import type { ExperimentResult, NegativeControl } from '../result.ts'
import { controlWords } from '../verdict-table.ts'
import { badge, verdictBadge, verdictColours } from './badge.ts'
import { checksTable, table } from './checks-table.ts'
import { figure } from './figure.ts'
import { escapeMarkup } from './markup.ts'
import { isEarlier, moment } from './moment.ts'
import { environmentWords, policyTable } from './provenance.ts'
import { spans } from './spans.ts'
import { recordingOf, seconds, timeAxes } from './time-axis.ts'
import { type Totals, totals, verdictSentences } from './verdict-sentence.ts'

/** One experiment as a slide: the verdict in words, its numbers, the timelines; then, folded, what they rest on. */
export function experimentSection(result: ExperimentResult, all: readonly ExperimentResult[]): string {
  const { name, hypothesis, startedAt, durationMs, checks, negativeControl, invariants, rollback } = result
  const isRefuted = wasJudged(result)
  const [first = '', ...more] = verdictSentences(result)
  const earlier = isEarlier(startedAt, all) ? ' <span class="earlier">(an earlier run)</span>' : ''
  return `
<section class="card ${verdictColours[result.verdict]}" id="${escapeMarkup(name)}">
<div class="head"><h2>${escapeMarkup(name)}</h2>${verdictBadge(result)}</div>
<div class="verdict-first"><div><p class="sentence">${escapeMarkup(first)}</p>
${more.map((sentence) => `<p class="sentence more">${escapeMarkup(sentence)}</p>`).join('\n')}
${why(result)}<p class="hypothesis"><span class="soft">Claim:</span> ${escapeMarkup(hypothesis)}</p></div>
${bigNumbers(result)}</div>
${figure(result)}
<div class="rests-on">
${checksTable('Checks', checks, isRefuted)}
${negativeControl ? controlSection(result, negativeControl) : ''}
${checksTable('Business invariants afterwards', invariants, isRefuted)}
<p>${rollback.done ? '✓ Everything was put back: no fault and no policy override is left.' : `<b class="bad">✗ Left behind:</b> ${escapeMarkup(rollback.remains.join('; '))}`}</p>
${statesTable(result)}
${policyTable(result)}
<p class="soft note">Ran ${moment(startedAt)}${earlier}, for ${seconds(durationMs)} · ${escapeMarkup(environmentWords(result))}</p>
</div>
</section>`
}

/** Only then does a check that does not hold refute anything. */
const wasJudged = ({ verdict }: ExperimentResult): boolean => verdict === 'pass' || verdict === 'fail'

const why = ({ reasons = [] }: ExperimentResult): string =>
  reasons
    .map(
      ({ field, because, wouldWork }) =>
        `<p class="why"><b>Why:</b> ${escapeMarkup(because)}<br><span class="soft">field</span> <code>${escapeMarkup(field)}</code><br><span class="soft">would work:</span> ${escapeMarkup(wouldWork)}</p>\n`,
    )
    .join('')

/** Run and control, one below the other: the numbers that differ are the proof. */
function bigNumbers(result: ExperimentResult): string {
  const { negativeControl } = result
  const rows = [
    { words: 'with the rule', of: totals(recordingOf(result)) },
    ...(negativeControl?.timeline || negativeControl?.traffic ? [{ words: 'without', of: totals(recordingOf(negativeControl)) }] : []),
  ]
  if (rows.every(({ of }) => of.sent === 0)) return ''
  const columns: readonly (readonly [string, keyof Totals])[] = [
    ['requests', 'sent'],
    ['answered', 'answered'],
    ['failed', 'failed'],
    ['refused', 'refused'],
    ['ejections', 'ejections'],
  ]
  return `<table class="big"><thead><tr><td></td>${columns.map(([title]) => `<th scope="col">${title}</th>`).join('')}</tr></thead>
<tbody>${rows.map(({ words, of }) => `<tr><th scope="row">${words}</th>${columns.map(([, field]) => `<td class="${field}${of[field] === 0 ? ' zero' : ''}">${bigNumber(of[field])}</td>`).join('')}</tr>`).join('')}</tbody></table>`
}

/** Six digits would not fit beside four others on a phone. */
const bigNumber = (value: number): string =>
  value.toLocaleString('en', value < 100_000 ? {} : { notation: 'compact', maximumFractionDigits: 1 })

function controlSection(result: ExperimentResult, { failedAsItMust, change, checks }: NegativeControl): string {
  const isRefuted = wasJudged(result)
  const colour = failedAsItMust ? 'good' : result.verdict === 'fail' ? 'bad' : 'open'
  return `<h3>Negative control: ${escapeMarkup(change)} ${badge(colour, controlWords(result).toLowerCase())}</h3>
<details${failedAsItMust ? '' : ' open'}><summary>Its checks, some of which must fail: a harness that still passed could not see a missing breaker</summary>${table(checks, isRefuted)}</details>`
}

function statesTable(result: ExperimentResult): string {
  const { negativeControl } = result
  const parts = [
    { of: 'with the rule', recording: recordingOf(result) },
    ...(negativeControl?.timeline ? [{ of: 'without', recording: recordingOf(negativeControl) }] : []),
  ]
  const axes = timeAxes(parts.map(({ recording }) => recording))
  const rows = parts.flatMap(({ of, recording: { timeline } }, index) =>
    timeline.flatMap((series) =>
      spans(series).map(({ fromMs, toMs, state, cause }) => {
        const zeroMs = axes[index]?.zeroMs ?? 0
        return `<tr><td>${of}</td><td data-of="caller">${escapeMarkup(series.caller)}</td><td data-of="host">${escapeMarkup(series.host)}</td><td data-of="state">${state}${cause === undefined ? '' : ` (${escapeMarkup(cause)})`}</td><td class="value" data-of="from">${seconds(fromMs - zeroMs)}</td><td class="value" data-of="to">${seconds(toMs - zeroMs)}</td></tr>`
      }),
    ),
  )
  if (rows.length === 0) return ''
  return `<details><summary>The states in words</summary><table class="stacks"><thead><tr><th scope="col">run</th><th scope="col">caller</th><th scope="col">host</th><th scope="col">state</th><th scope="col">from</th><th scope="col">to</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></details>`
}
