import type { Check } from '../../../checks/check.ts'
import { readable } from '../../../checks/readable.ts'
import { escapeMarkup } from './markup.ts'

/**
 * Checks that do not hold are open; those that do are folded below them, with their number.
 * @param isRefuted whether one that does not hold refutes what was claimed: not so in a run that was not judged
 */
export function checksTable(title: string, checks: readonly Check[], isRefuted: boolean): string {
  const broken = checks.filter(({ passed }) => !passed)
  const rest = checks.filter(({ passed }) => passed)
  if (checks.length === 0) return `<h3>${title}</h3><p class="soft">None was made.</p>`
  return `<h3>${title}: ${rest.length} of ${checks.length} hold</h3>
${broken.length > 0 ? table(broken, isRefuted) : ''}
${rest.length > 0 ? `<details><summary>${broken.length === 0 ? 'All of them' : `${rest.length} ${rest.length === 1 ? 'holds' : 'hold'}`}</summary>${table(rest, isRefuted)}</details>` : ''}`
}

/** All checks, for a place that is folded itself. */
export const table = (checks: readonly Check[], isRefuted: boolean): string =>
  `<table class="stacks"><thead><tr><th scope="col">check</th><th scope="col">expected</th><th scope="col">observed</th><th scope="col">verdict</th></tr></thead>
<tbody>${checks.map((check) => row(check, isRefuted)).join('\n')}</tbody></table>`

const row = ({ name, expected, actual, passed, doubt }: Check, isRefuted: boolean): string =>
  `<tr><td>${escapeMarkup(name)}</td><td class="value" data-of="expected">${escapeMarkup(readable(expected))}</td><td class="value" data-of="observed">${escapeMarkup(readable(actual))}</td><td class="mark ${mark(passed, doubt, isRefuted)}</td></tr>`

function mark(passed: boolean, doubt: string | undefined, isRefuted: boolean): string {
  if (passed) return 'good">✓ holds'
  if (doubt !== undefined) return `open">? not judged<small>${escapeMarkup(doubt)}</small>`
  return isRefuted ? 'bad">✗ fails' : 'open">✗ does not hold'
}
