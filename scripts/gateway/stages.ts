import { readFileSync } from 'node:fs'
import { Value } from 'typebox/value'
import { type PublishedStage, StageDefinition, type StageHistory } from '../../services/shared/contracts/api/gateway.ts'
import { CommandError, messageOf, UsageError } from '../cli/command-error.ts'
import { printJson } from '../cli/options.ts'
import { printable } from '../cli/printable.ts'
import { table } from '../cli/table.ts'
import { differences } from '../events/order/difference.ts'
import type { OperatorsApi } from './operators-api.ts'

interface Json {
  readonly json: boolean
}

/** What the gateway answers to a change. */
interface Outcome {
  readonly outcome: 'changed' | 'unchanged' | 'pending'
  readonly stage?: StageHistory
}

const at = (name: string): string => `/v1/gateway/stages/${encodeURIComponent(name)}`

/** `gateway list` */
export async function listStages(api: OperatorsApi, { json }: Json): Promise<void> {
  const { stages } = await api.request<{ readonly stages: StageHistory[] }>('GET', '/v1/gateway/stages')
  if (json) printJson(stages)
  else process.stdout.write(stageTable(stages))
}

/** Stages → one row for each that there is now. */
export const stageTable = (stages: readonly StageHistory[]): string =>
  table([
    ['STAGE', 'VERSION', 'SHARE', 'CHOSEN BY', 'VARIABLES', 'SETTINGS', 'PUBLISHED', 'CAN GO BACK TO'],
    ...stages.flatMap((stage) => {
      const published = liveIn(stage)
      if (!published.definition) return []
      const { select, variables, settings } = published.definition
      const others = stage.versions.filter(({ version }) => version !== stage.live).map(({ version }) => String(version))
      return [
        [
          stage.name,
          String(stage.live),
          `${stage.percent} %`,
          chosenBy(stage.name, select),
          Object.entries(variables)
            .map(([name, value]) => `${name}=${value}`)
            .join(' ') || '-',
          Object.keys(settings).join(' ') || '-',
          published.at ?? '-',
          others.join(' ') || '-',
        ],
      ]
    }),
  ])

function chosenBy(name: string, { hosts = [], prefix, header }: StageDefinition['select']): string {
  const rules = [...(prefix === undefined ? [] : [`${prefix}/…`]), ...(header ? [`${header.name}: ${header.value}`] : []), ...hosts]
  return rules.join(', ') || (name === 'prod' ? 'all the rest' : '-')
}

const liveIn = ({ live, versions }: StageHistory): PublishedStage => versions.find(({ version }) => version === live) ?? { version: live }

export interface PublishOptions extends Json {
  readonly percent?: number
  /** Stage whose variables and settings are published under this one's rules. */
  readonly from?: string
}

/** `gateway publish`: what a file says, or what another stage has. */
export async function publishStage(api: OperatorsApi, name: string, file: string | undefined, options: PublishOptions): Promise<void> {
  const { percent, from, json } = options
  if ((file === undefined) === (from === undefined)) throw new UsageError('publish takes either a file or --from <stage>')
  const definition = from === undefined ? readDefinition(String(file)) : await promoted(api, name, from)
  const outcome = await api.request<Outcome>('PUT', at(name), { definition, ...(percent !== undefined && { percent }) })
  report(name, outcome, json)
}

async function promoted(api: OperatorsApi, name: string, from: string): Promise<StageDefinition> {
  const source = liveIn(await api.request<StageHistory>('GET', at(from))).definition
  if (!source) throw new CommandError(`there is no stage ${from}`)
  const own = liveIn(await api.request<StageHistory>('GET', at(name))).definition
  return { ...source, select: own?.select ?? {} }
}

/** A file → the definition that it holds. @throws UsageError that says where it is wrong */
export function readDefinition(file: string): StageDefinition {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`${file} cannot be read as JSON: ${messageOf(error)}`)
  }
  if (Value.Check(StageDefinition, json)) return json
  const [fault] = Value.Errors(StageDefinition, json)
  throw new UsageError(`${file} is no stage: ${fault?.instancePath || 'it'} ${fault?.message ?? 'does not fit'}`)
}

/** `gateway release`: the share of the requests that no rule gives to a stage. */
export async function releaseStage(api: OperatorsApi, name: string, percent: number, { json }: Json): Promise<void> {
  report(name, await api.request<Outcome>('PUT', `${at(name)}/percent`, { percent }), json)
}

/** `gateway rollback` */
export async function rollBackStage(api: OperatorsApi, name: string, { to, json }: Json & { readonly to?: number }): Promise<void> {
  report(name, await api.request<Outcome>('POST', `${at(name)}/rollback`, to === undefined ? {} : { to }), json)
}

function report(name: string, { outcome, stage }: Outcome, json: boolean): void {
  if (json) printJson({ outcome, ...(stage && { live: stage.live, percent: stage.percent }) })
  else console.log(sentence(name, outcome, stage))
}

/** What has become of it, for people. */
export function sentence(name: string, outcome: Outcome['outcome'], stage: StageHistory | undefined): string {
  if (outcome === 'pending') return `${name}: asked for; it is not decided yet`
  if (!stage) return `${name}: ${outcome}`
  const gone = liveIn(stage).definition === undefined ? `${name} is no more` : `${name} is version ${stage.live}`
  const share = stage.percent > 0 ? `, with ${stage.percent} % of the requests that no rule gives to a stage` : ''
  return `${gone}${share}${outcome === 'unchanged' ? ', as before' : ''}`
}

export interface DiffOptions extends Json {
  readonly from?: number
  readonly to?: number
}

/** `gateway diff`: the live version against a file, or two versions; by itself the version before the live one against it. */
export async function diffStage(api: OperatorsApi, name: string, file: string | undefined, { from, to, json }: DiffOptions): Promise<void> {
  if (file !== undefined && to !== undefined) throw new UsageError('diff takes either a file or --to <version>')
  const stage = await api.request<StageHistory>('GET', at(name))
  const version = (number: number): StageDefinition | undefined => {
    const kept = stage.versions.find((each) => each.version === number)
    if (!kept) throw new CommandError(`${name} has no version ${number}; it has ${stage.versions.map((each) => each.version).join(', ')}`)
    return kept.definition
  }
  const before = stage.before ?? stage.versions.filter((each) => each.version < stage.live).at(-1)?.version ?? stage.live
  const left = from ?? (file === undefined && to === undefined ? before : stage.live)
  const found = differences(version(left), file === undefined ? version(to ?? stage.live) : readDefinition(file))
  if (json) return printJson(found)
  const right = file ?? `version ${to ?? stage.live}`
  if (found.length === 0) return console.log(`${name}: version ${left} and ${right} are the same`)
  const text = (value: unknown): string => (value === undefined ? '-' : printable(JSON.stringify(value)))
  process.stdout.write(
    table([[name, `version ${left}`, right], ...found.map((each) => [each.path || 'the stage', text(each.from), text(each.to)])]),
  )
}
