import { Type } from 'typebox'
import { Percent, ReleaseEvidence, StageDefinition, StageName, StageVersion } from '../api/gateway.ts'
import { ApiKeyId, ApiKeyInfo, PlanId, Sha256, UsagePlan } from '../api/usage-plans.ts'
import { Time } from '../values.ts'

const { name, owner, planId, scopes, expiresAt } = ApiKeyInfo.properties

/** `gateway.events`: what happens to stages (all keyed `stages`), API keys (`key-…`) and usage plans (`plan-…`). No key is in them, only its hash. */
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
  'gateway.ApiKeyCreated': Type.Object({ keyId: ApiKeyId, name, owner, planId, scopes, expiresAt, sha256: Sha256, at: Time }),
  /** The secret before stays good until `previousUntil`. */
  'gateway.ApiKeyRotated': Type.Object({ keyId: ApiKeyId, sha256: Sha256, previousUntil: Time, at: Time }),
  'gateway.ApiKeyRevoked': Type.Object({ keyId: ApiKeyId, at: Time }),
  'gateway.UsagePlanPut': Type.Object({ plan: UsagePlan, at: Time }),
  'gateway.UsagePlanRemoved': Type.Object({ planId: PlanId, at: Time }),
}
