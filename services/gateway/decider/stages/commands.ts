import { Type } from 'typebox'
import { Percent, ReleaseEvidence, StageDefinition, StageName, StageVersion } from '../../../shared/contracts/api/gateway.ts'
import { Time } from '../../../shared/contracts/values.ts'
import type { CommandOf } from '../../../shared/runtime/event-sourcing/decider.ts'

/** What can be done to stages; all keyed `stages`. */
export const stageCommands = {
  /** Makes the definition the live one, as a version of its own; `percent` stays as it is when it is left out. */
  PublishStage: Type.Object({
    stage: StageName,
    definition: StageDefinition,
    percent: Type.Optional(Percent),
    at: Time,
  }),
  ShiftStageTraffic: Type.Object({ stage: StageName, percent: Percent, at: Time }),
  /** To the version before the live one, when none is said. */
  RollBackStage: Type.Object({ stage: StageName, to: Type.Optional(StageVersion), at: Time }),
  /** From a replica that found the version worse than prod; of several that find the same, one undoes it. */
  UndoRelease: Type.Object({ stage: StageName, version: StageVersion, evidence: ReleaseEvidence, at: Time }),
}

export type StageCommand = CommandOf<typeof stageCommands>
