import { table } from '../cli/table.ts'
import type { FileScore, Summary } from './summary.ts'
import { percent } from './summary.ts'

/** Files with the lowest score first, then each survivor with its place, its change and, if there is one, the reason why it stays. */
export function summaryText({ files, total, survivors }: Summary): string {
  const rows = [...files, { file: 'together', ...total }].map(row)
  const places = survivors.map(({ mutant, because }) => {
    const { file, line, mutator, original, replacement, end } = mutant
    const change = `${file}:${line} ${mutator}${end === 'not reached' ? ' (no test comes here)' : ''}\n    ${cut(original)} → ${cut(replacement)}\n`
    return because === undefined ? change : `${change}    stays: ${because}\n`
  })
  return `${table([['noticed', 'survived', 'percent', 'file'], ...rows])}${places.length === 0 ? '' : `\nSurvivors:\n${places.join('')}`}`
}

const row = ({ file, noticed, timedOut, survived }: FileScore): readonly string[] => [
  `${noticed}${timedOut === 0 ? '' : ` (${timedOut} by time-out)`}`,
  `${survived}`,
  percent({ noticed, survived }).toFixed(1),
  file,
]

const longest = 120
const cut = (code: string): string => (code.length > longest ? `${code.slice(0, longest - 1)}…` : code)
