import { Type } from 'typebox'
import { Percent, ReleaseEvidence, StageDefinition, StageName, StageVersion } from '../api/gateway.ts'
import { Time } from '../values.ts'

/** `gateway.events`: what happens to stages, all keyed `stages`. */
export const gatewayEvents = {
  'gateway.StagePublished': Type.Object({
    stage: StageName,
    version: StageVersion,
    definition: StageDefinition,
    percent: Percent,
    at: Time,
  }),
  'gateway.StageTrafficShifted': Type.Object({ stage: StageName, version: StageVersion, percent: Percent, at: Time }),
  /** Whoever is not sent there by a rule is prod's again. */
  'gateway.StageRolledBack': Type.Object({
    stage: StageName,
    from: StageVersion,
    to: StageVersion,
    at: Time,
    /** Absent: an operator said so. */
    evidence: Type.Optional(ReleaseEvidence),
  }),
}
