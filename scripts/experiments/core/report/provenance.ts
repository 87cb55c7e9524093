import { readable } from '../../../checks/readable.ts'
import type { ExperimentResult, PolicyNumber } from '../result.ts'
import { escapeMarkup } from './markup.ts'

/** Which numbers the expected values derive from, and which field of which object each comes from; without that, the parameters as they are. */
export function policyTable({ policy = [], config }: ExperimentResult): string {
  const parameters = `<details><summary>Parameters of the run</summary><pre>${escapeMarkup(JSON.stringify(config, undefined, 2))}</pre></details>`
  if (policy.length === 0) return parameters
  const objects = [...new Set(policy.map(({ object }) => object))]
  return `<details><summary>Policy under test: ${escapeMarkup(objects.join(', '))}</summary><table class="stacks"><thead><tr><th scope="col">what it says</th><th scope="col">value</th><th scope="col">from</th></tr></thead>
<tbody>${policy.map((number) => row(number, objects.length > 1)).join('\n')}</tbody></table></details>
${parameters}`
}

const row = ({ number, value, object, field, written }: PolicyNumber, several: boolean): string =>
  `<tr><td>${escapeMarkup(number)}</td><td class="value" data-of="value">${escapeMarkup(readable(value))}</td><td data-of="from">${several ? `${escapeMarkup(object)}, ` : ''}<code>${escapeMarkup(field)}</code>${written === undefined ? ' <span class="soft">(not set: the default)</span>' : ''}</td></tr>`

/** `2 cores of …, Linux …; node 24.1.0, Envoy 1.39.3; commit …` */
export function environmentWords({ environment, target }: ExperimentResult): string {
  if (environment === undefined) return `target ${target}; machine and versions were not recorded`
  const { commit, node, envoy, istio, kafka, os, cpu, cores, memoryGiB } = environment
  const machine = [
    `${cores} ${cores === 1 ? 'core' : 'cores'}${cpu === undefined ? '' : ` of ${cpu}`}`,
    ...(memoryGiB === undefined ? [] : [`${memoryGiB} GiB`]),
    os,
  ]
  const versions = Object.entries({ node, Envoy: envoy, Istio: istio, Kafka: kafka }).flatMap(([name, version]) =>
    version === undefined ? [] : [`${name} ${version}`],
  )
  return [`target ${target}`, machine.join(', '), versions.join(', '), ...(commit === undefined ? [] : [`commit ${commit}`])].join(' · ')
}
