import type { StageHistory, StageSettings } from '../../shared/contracts/api/gateway.ts'
import { liveDefinition, mainStage } from '../decider/stages/stages.ts'

/** What a request's stage is to whoever serves it. */
export interface Stage {
  readonly name: string
  readonly version: number
  readonly variables: Readonly<Record<string, string>>
  readonly settings: StageSettings
}

/** What of a request says which stage it belongs to. */
export interface StageRequest {
  readonly url: string
  /** As Node gives them: names in small letters. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** How a request came to its stage: a rule names it, its share of the rest does, or nothing. */
export type ChosenBy = 'prefix' | 'header' | 'host' | 'share' | 'rest'

export interface ChosenStage {
  readonly stage: Stage
  readonly by: ChosenBy
  /** Without the stage's prefix. */
  readonly url: string
}

/** @param draw one number for each request that no rule gives to a stage: at least 0, less than 1 */
export type ChooseStage = (request: StageRequest, draw: () => number) => ChosenStage

/**
 * The rules of all live stages, ready to be asked for each request: the path's prefix counts first, then a header, then the host. Who comes
 * without any of them is given to a stage by its share.
 */
export function chooseAmong(stages: readonly StageHistory[]): ChooseStage {
  const live = stages.flatMap((history) => {
    const definition = liveDefinition(history)
    if (!definition) return []
    const { name, live: version, percent } = history
    const { select, variables, settings } = definition
    return [{ stage: { name, version, variables, settings } satisfies Stage, select, percent }]
  })
  const rest = live.find(({ stage }) => stage.name === mainStage)?.stage ?? emptyMain
  const prefixes = live.flatMap(({ stage, select: { prefix } }) => (prefix === undefined ? [] : [{ prefix, stage }]))
  const headers = live.flatMap(({ stage, select: { header } }) => (header ? [{ ...header, stage }] : []))
  const hosts = new Map(live.flatMap(({ stage, select }) => (select.hosts ?? []).map((host) => [host, stage] as const)))
  const shares = live.filter(({ percent }) => percent > 0)

  return ({ url, headers: given }, draw) => {
    for (const { prefix, stage } of prefixes) if (isBelow(url, prefix)) return { stage, by: 'prefix', url: without(url, prefix) }
    for (const { name, value, stage } of headers) if (given[name] === value) return { stage, by: 'header', url }
    const named = hosts.size > 0 ? hosts.get(hostName(given.host)) : undefined
    if (named) return { stage: named, by: 'host', url }
    if (shares.length > 0) {
      let drawn = draw() * 100
      for (const { stage, percent } of shares) {
        if (drawn < percent) return { stage, by: 'share', url }
        drawn -= percent
      }
    }
    return { stage: rest, by: 'rest', url }
  }
}

const emptyMain: Stage = { name: mainStage, version: 0, variables: {}, settings: {} }

const isBelow = (url: string, prefix: string): boolean => {
  if (!url.startsWith(prefix)) return false
  const next = url[prefix.length]
  return next === undefined || next === '/' || next === '?'
}

const without = (url: string, prefix: string): string => {
  const rest = url.slice(prefix.length)
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** In small letters, without port. */
const hostName = (host: string | string[] | undefined): string => (typeof host === 'string' ? host.replace(/:\d+$/, '').toLowerCase() : '')
