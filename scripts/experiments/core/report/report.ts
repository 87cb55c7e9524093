import type { Matrix } from '../matrix-schema.ts'
import type { ExperimentResult } from '../result.ts'
import { experimentSection } from './experiment-section.ts'
import { escapeMarkup } from './markup.ts'
import { matrixTable } from './matrix-table.ts'
import { moment } from './moment.ts'
import { headline, overview } from './overview.ts'
import { environmentWords } from './provenance.ts'
import { style } from './style.ts'

/**
 * Results → one HTML page that needs nothing else: no network, no script.
 * @param matrix which fault trips which policy, where somebody has measured it
 */
export function report(results: readonly ExperimentResult[], matrix?: Matrix): string {
  const newest = results.toSorted((one, other) => other.startedAt.localeCompare(one.startedAt))[0]
  return `<!doctype html>
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
<header><p class="soft">Breakwater experiments</p>
<h1>${headline(results)}</h1>
${newest ? `<p class="soft note">${moment(newest.startedAt)} · ${escapeMarkup(environmentWords(newest))}</p>` : ''}</header>
${results.length > 1 ? overview(results) : ''}
${results.map((result) => experimentSection(result, results)).join('\n')}
${matrix ? matrixTable(matrix) : ''}
</main>
</body>
</html>
`
}
