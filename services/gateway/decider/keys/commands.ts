import { Type } from 'typebox'
import { ApiKeyId, ApiKeyInfo, Sha256 } from '../../../shared/contracts/api/usage-plans.ts'
import { Time } from '../../../shared/contracts/values.ts'
import type { CommandOf } from '../../../shared/runtime/event-sourcing/decider.ts'

const { name, owner, planId, scopes, expiresAt } = ApiKeyInfo.properties

/** What can be done to a key; keyed by its id. The key itself is in none of them, only its hash. */
export const keyCommands = {
  CreateApiKey: Type.Object({ keyId: ApiKeyId, name, owner, planId, scopes, expiresAt, sha256: Sha256, at: Time }),
  /** Another secret; the one before stays good until `previousUntil`. */
  RotateApiKey: Type.Object({ keyId: ApiKeyId, sha256: Sha256, previousUntil: Time, at: Time }),
  RevokeApiKey: Type.Object({ keyId: ApiKeyId, at: Time }),
}

export type KeyCommand = CommandOf<typeof keyCommands>
