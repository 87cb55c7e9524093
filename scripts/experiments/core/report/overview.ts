import type { Check } from '../../../checks/check.ts'
import { type ExperimentResult, hasPassed } from '../result.ts'
import { controlWords } from '../verdict-table.ts'
import { verdictBadge } from './badge.ts'
import { escapeMarkup } from './markup.ts'
import { isEarlier, moment } from './moment.ts'
import { verdictSentences } from './verdict-sentence.ts'

/** `11 of 12 experiments passed, 1 not judged` */
export const headline = (results: readonly ExperimentResult[]): string =>
  [
    `${results.filter(hasPassed).length} of ${results.length} ${results.length === 1 ? 'experiment' : 'experiments'} passed`,
    ...(['fail', 'inconclusive', 'aborted'] as const).flatMap((verdict) => {
      const count = results.filter((result) => result.verdict === verdict).length
      return count === 0 ? [] : [`${count} ${{ fail: 'failed', inconclusive: 'not judged', aborted: 'ended early' }[verdict]}`]
    }),
  ].join(', ')

/** All experiments at a glance, what did not pass first. */
export function overview(results: readonly ExperimentResult[]): string {
  const rank = { fail: 0, inconclusive: 1, aborted: 1, pass: 2 }
  const rows = results.toSorted((one, other) => rank[one.verdict] - rank[other.verdict]).map((result) => row(result, results))
  return `<section class="card overview"><table class="stacks"><thead><tr><th scope="col">experiment</th><th scope="col">verdict</th><th scope="col">in a sentence</th><th scope="col">checks</th><th scope="col">control</th><th scope="col">ran</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></section>`
}

function row(result: ExperimentResult, results: readonly ExperimentResult[]): string {
  const { name, checks, invariants, startedAt } = result
  const passed = (list: readonly Check[]) => list.filter((check) => check.passed).length
  const all = [...checks, ...invariants]
  const ran = isEarlier(startedAt, results) ? `<span class="earlier">${moment(startedAt)}</span>` : `${startedAt.slice(11, 16)} UTC`
  return `<tr><td><a href="#${escapeMarkup(name)}">${escapeMarkup(name)}</a></td><td>${verdictBadge(result)}</td><td class="short">${escapeMarkup(verdictSentences(result)[0] ?? '')}</td><td class="value" data-of="checks">${passed(all)}/${all.length}</td><td data-of="control">${controlWords(result).toLowerCase()}</td><td data-of="ran">${ran}</td></tr>`
}
