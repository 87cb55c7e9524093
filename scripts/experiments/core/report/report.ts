import type { Check } from '../../../checks/check.ts'
import { type ExperimentResult, hasPassed } from '../result.ts'
import { controlWords } from '../verdict-table.ts'
import { experimentSection, verdictBadge } from './experiment-section.ts'
import { escapeMarkup } from './markup.ts'
import { style } from './style.ts'
import { seconds } from './timeline-svg.ts'

/** Results → one HTML page that needs nothing else: no network, no script. */
export const report = (results: readonly ExperimentResult[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Breakwater experiments: ${headline(results)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Breakwater experiments</h1>
<p class="soft">${headline(results)}. Each breaks one thing in the running shop, watches the proxies, judges by exact counts, and puts it back.</p>
<div class="card">${summary(results)}</div>
${results.map(experimentSection).join('\n')}
</main>
</body>
</html>
`

const headline = (results: readonly ExperimentResult[]): string =>
  [
    `${results.filter(hasPassed).length} of ${results.length} passed`,
    ...(['inconclusive', 'aborted'] as const).flatMap((verdict) => {
      const count = results.filter((result) => result.verdict === verdict).length
      return count === 0 ? [] : [`${count} ${verdict}`]
    }),
  ].join(', ')

function summary(results: readonly ExperimentResult[]): string {
  const rows = results.map((result) => {
    const { name, checks, durationMs, invariants, rollback } = result
    const held = (list: readonly Check[]) => `${list.filter(({ passed }) => passed).length}/${list.length}`
    return `<tr><td><a href="#${escapeMarkup(name)}">${escapeMarkup(name)}</a></td><td>${verdictBadge(result)}</td><td class="value">${held(checks)}</td><td>${controlWords(result).toLowerCase()}</td><td class="value">${held(invariants)}</td><td>${rollback.done ? 'yes' : 'no'}</td><td class="value">${seconds(durationMs)}</td></tr>`
  })
  return `<div class="scroll"><table><thead><tr><th scope="col">experiment</th><th scope="col">verdict</th><th scope="col">checks</th><th scope="col">negative control</th><th scope="col">invariants</th><th scope="col">undone</th><th scope="col">time</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`
}
