import { type Static, Type } from 'typebox'
import { Percent, StageDefinition, StageHistory, StageVersion } from '../../shared/contracts/api/gateway.ts'
import { commonProblem } from '../../shared/runtime/http/problem.ts'
import type { StageCommand } from '../decider/stages/commands.ts'
import { stagesId } from '../decider/stages/stages.ts'
import { gatewayProblem } from '../errors.ts'
import type { SendGatewayCommand } from '../state/gateway-state.ts'
import { closedThroughout } from './closed-throughout.ts'
import type { UndoRelease } from './release/watch-releases.ts'
import type { StageTable } from './stage-table.ts'

export const StageList = Type.Object({ stages: Type.Array(StageHistory) })

export const Publication = closedThroughout(Type.Object({ definition: StageDefinition, percent: Type.Optional(Percent) }))
export const Share = closedThroughout(Type.Object({ percent: Percent }))
export const Rollback = closedThroughout(Type.Object({ to: Type.Optional(StageVersion) }))

/** What has become of a command: `pending` while Kafka has it and nobody has decided it yet. */
export const StageOutcome = Type.Object({ outcome: Type.Enum(['changed', 'unchanged', 'pending']), stage: Type.Optional(StageHistory) })
type StageOutcome = Static<typeof StageOutcome>

/** For those who run the shop: what stages there are, and how they change. */
export interface StageOperations {
  list(): Static<typeof StageList>
  /** @throws STAGE_UNKNOWN */
  get(name: string): StageHistory
  publish(name: string, publication: Static<typeof Publication>): Promise<StageOutcome>
  shift(name: string, share: Static<typeof Share>): Promise<StageOutcome>
  rollBack(name: string, rollback: Static<typeof Rollback>): Promise<StageOutcome>
}

/** @param sendCommand left out: nothing can be changed */
export function stageOperations(
  table: StageTable,
  sendCommand: SendGatewayCommand | undefined,
  now: () => string = () => new Date().toISOString(),
): StageOperations & { readonly undo: UndoRelease } {
  const find = (name: string) => table.stages.find((stage) => stage.name === name)
  const send = async (command: StageCommand): Promise<StageOutcome> => {
    if (!sendCommand) throw commonProblem('UPSTREAM_UNAVAILABLE')
    const { status } = await sendCommand({ aggregateId: stagesId, command })
    // The view has what was just decided: it is updated before whoever waits is answered.
    const stage = find(command.data.stage)
    return { outcome: status, ...(stage && { stage }) }
  }
  return {
    list: () => ({ stages: [...table.stages] }),
    get: (name) => {
      const stage = find(name)
      if (!stage) throw gatewayProblem('STAGE_UNKNOWN', `There is no stage ${name}.`)
      return stage
    },
    publish: (stage, publication) => send({ type: 'PublishStage', data: { stage, ...publication, at: now() } }),
    shift: (stage, share) => send({ type: 'ShiftStageTraffic', data: { stage, ...share, at: now() } }),
    undo: (stage, version, evidence) => send({ type: 'UndoRelease', data: { stage, version, evidence, at: now() } }),
    rollBack: (stage, rollback) => send({ type: 'RollBackStage', data: { stage, ...rollback, at: now() } }),
  }
}
