import type { IncomingMessage } from 'node:http'
import { initialStages, type Stages } from '../decider/stages/stages.ts'
import type { GatewayView } from '../state/gateway-state.ts'
import { type ChosenStage, chooseAmong } from './choose-stage.ts'

/** A version that has a share of the requests. */
export interface Release {
  readonly name: string
  readonly version: number
}

/** The stages as they are now on this replica. */
export interface StageTable {
  /** All, with the versions that they can go back to. */
  readonly stages: Stages['stages']
  /** Those that have a share of the requests. */
  readonly releases: readonly Release[]
  readonly update: GatewayView
  /** Decided when it is first asked for, and the same for as long as the request lives: what is published meanwhile holds for the next one. */
  choose(request: IncomingMessage): ChosenStage
  /** From now on this version has no share here, until the stage's share is 0 or its version another. */
  distrust(name: string, version: number): void
}

/** @param draw for the share of a stage; at least 0, less than 1 */
export function stageTable(draw: () => number = Math.random): StageTable {
  let { stages } = initialStages
  let releases: readonly Release[] = []
  let choose = chooseAmong(stages)
  const distrusted = new Map<string, number>()
  const chosen = new WeakMap<IncomingMessage, ChosenStage>()

  const refresh = (): void => {
    for (const { name, live, percent } of stages) if (percent === 0 || distrusted.get(name) !== live) distrusted.delete(name)
    const trusted = stages.map((stage) => (distrusted.has(stage.name) ? { ...stage, percent: 0 } : stage))
    releases = trusted.filter(({ percent }) => percent > 0).map(({ name, live }) => ({ name, version: live }))
    choose = chooseAmong(trusted)
  }
  return {
    get stages() {
      return stages
    },
    get releases() {
      return releases
    },
    update: (_aggregateId, state) => {
      if (state.kind !== 'stages') return
      stages = state.stages
      refresh()
    },
    choose: (request) => {
      const known = chosen.get(request)
      if (known) return known
      const { url = '/', headers } = request
      const now = choose({ url, headers }, draw)
      chosen.set(request, now)
      return now
    },
    distrust: (name, version) => {
      distrusted.set(name, version)
      refresh()
    },
  }
}
