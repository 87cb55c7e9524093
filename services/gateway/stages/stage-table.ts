import type { IncomingMessage } from 'node:http'
import { initialStages, type Stages } from '../decider/stages/stages.ts'
import type { GatewayView } from '../state/gateway-state.ts'
import { type ChosenStage, chooseAmong } from './choose-stage.ts'

/** The stages as they are now on this replica. */
export interface StageTable {
  /** All, with the versions that they can go back to. */
  readonly stages: Stages['stages']
  readonly update: GatewayView
  /** Decided when it is first asked for, and the same for as long as the request lives: what is published meanwhile holds for the next one. */
  choose(request: IncomingMessage): ChosenStage
}

/** @param draw for the share of a stage; at least 0, less than 1 */
export function stageTable(draw: () => number = Math.random): StageTable {
  let { stages } = initialStages
  let choose = chooseAmong(stages)
  const chosen = new WeakMap<IncomingMessage, ChosenStage>()
  return {
    get stages() {
      return stages
    },
    update: (_aggregateId, state) => {
      if (state.kind !== 'stages') return
      stages = state.stages
      choose = chooseAmong(stages)
    },
    choose: (request) => {
      const known = chosen.get(request)
      if (known) return known
      const { url = '/', headers } = request
      const now = choose({ url, headers }, draw)
      chosen.set(request, now)
      return now
    },
  }
}
