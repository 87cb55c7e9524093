import { faultPlaces, type Matrix, policies } from '../matrix-schema.ts'
import { escapeMarkup } from './markup.ts'
import { moment } from './moment.ts'

const placeNames: Readonly<Record<(typeof faultPlaces)[number], string>> = {
  'callers-proxy': "in the caller's proxy",
  'destinations-proxy': "in the destination's proxy",
  application: 'in the application',
  kill: 'kill',
  pause: 'pause',
}

const policyNames: Readonly<Record<(typeof policies)[number], string>> = {
  'pool-limit': 'pool limit',
  ejection: 'ejection',
  retry: 'retry',
  timeout: 'timeout',
}

/** Where to put a fault, so that it trips what is to be tried: a row a place, a column a policy. */
export function matrixTable({ target, startedAt, faults, notMeasured = {}, cells }: Matrix): string {
  const rows = faultPlaces.map((place) => {
    const done = faults[place]
    return `<tr><th scope="row">${escapeMarkup(placeNames[place])}${done === undefined ? '' : `<small>${escapeMarkup(done)}</small>`}</th>${policies
      .map((policy) =>
        cell(
          cells.find((one) => one.fault === place && one.policy === policy),
          policyNames[policy],
          notMeasured[place],
        ),
      )
      .join('')}</tr>`
  })
  return `
<section class="card" id="matrix">
<div class="head"><h2>Where to put a fault</h2></div>
<p class="sentence more">Which fault makes which policy act, as measured on the ${target === 'local' ? 'laptop' : 'cluster'}.</p>
<table class="matrix"><thead><tr><td></td>${policies.map((policy) => `<th scope="col">${policyNames[policy]}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table>
<p class="soft note">Measured ${moment(startedAt)}; the number is how often the policy acted, by the counter below it.</p>
</section>`
}

function cell(found: Matrix['cells'][number] | undefined, policy: string, because: string | undefined): string {
  if (found === undefined)
    return `<td class="soft" data-of="${policy}">not measured${because === undefined ? '' : `<small>${escapeMarkup(because)}</small>`}</td>`
  const { tripped, count, counter, note } = found
  return `<td class="${tripped ? 'good' : 'soft'}" data-of="${policy}"><b>${tripped ? '✓ trips' : '– does not'}</b> <i>× ${count.toLocaleString('en')}</i><small>${escapeMarkup(counter)}${note === undefined ? '' : `<br>${escapeMarkup(note)}`}</small></td>`
}
