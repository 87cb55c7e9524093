import { type Static, Type } from 'typebox'
import { type PublishedStage, type StageDefinition, StageHistory } from '../../../shared/contracts/api/gateway.ts'
import type { DomainEvent, EventTypeOf } from '../../../shared/contracts/events/events.ts'

export type StageEvent = DomainEvent<Extract<EventTypeOf<'gateway'>, `gateway.Stage${string}`>>

/** The one aggregate that all stages are decided in: no two may claim the same requests. */
export const stagesId = 'stages'

/** The stage of every request that is no other's. */
export const mainStage = 'prod'

/** All stages, in the order of their names. */
export const Stages = Type.Object({ kind: Type.Literal('stages'), stages: Type.Array(StageHistory) })
export type Stages = Static<typeof Stages>

/** Versions of a stage that can be gone back to, besides the one it began with. */
const keptVersions = 10

const builtIn: Readonly<Record<string, StageDefinition>> = {
  [mainStage]: { select: {}, variables: {}, settings: {} },
  canary: {
    select: { prefix: '/canary', header: { name: 'x-stage', value: 'canary' } },
    variables: {},
    settings: { mesh: { stage: 'canary' } },
  },
}

const beginning = (name: string): StageHistory => {
  const definition = Object.hasOwn(builtIn, name) ? builtIn[name] : undefined
  return { name, live: 0, percent: 0, versions: [{ version: 0, ...(definition && { definition }) }] }
}

/** What a gateway has before anything was published. */
export const initialStages: Stages = { kind: 'stages', stages: Object.keys(builtIn).sort().map(beginning) }

/** The stage as it stands, or as one that was never published. */
export const stageIn = ({ stages }: Stages, name: string): StageHistory => stages.find((stage) => stage.name === name) ?? beginning(name)

/** What is live; undefined: there is no such stage now. */
export const liveDefinition = ({ live, versions }: StageHistory): StageDefinition | undefined =>
  versions.find(({ version }) => version === live)?.definition

/** The number that a version published now gets: always higher than all before. */
export const nextVersion = ({ versions }: StageHistory): number => (versions.at(-1)?.version ?? 0) + 1

/** State + event → state. */
export function evolveStages(state: Stages, event: StageEvent): Stages {
  const stage = stageIn(state, event.data.stage)
  const others = state.stages.filter(({ name }) => name !== stage.name)
  const changed = evolveStage(stage, event)
  return { ...state, stages: [...others, changed].sort((a, b) => (a.name < b.name ? -1 : 1)) }
}

function evolveStage(stage: StageHistory, { type, data }: StageEvent): StageHistory {
  switch (type) {
    case 'gateway.StagePublished': {
      const { version, definition, percent, at } = data
      const isKept = stage.versions.some((each) => each.version === version)
      const versions = isKept ? stage.versions : kept([...stage.versions, { version, definition, at }])
      return { ...stage, live: version, before: stage.live, percent, versions }
    }
    case 'gateway.StageTrafficShifted':
      return { ...stage, percent: data.percent }
    case 'gateway.StageRolledBack':
      return { name: stage.name, live: data.to, percent: 0, versions: stage.versions }
  }
}

/** The first one stays: a stage can always become what it was in the beginning. */
const kept = (versions: readonly PublishedStage[]): PublishedStage[] => [...versions.slice(0, 1), ...versions.slice(1).slice(-keptVersions)]
