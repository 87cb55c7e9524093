import { timingSafeEqual } from 'node:crypto'
import type { UsagePlan } from '../../shared/contracts/api/usage-plans.ts'
import type { StoredKey } from '../decider/keys/api-key.ts'
import { idOfApiKey, sha256Of } from './api-key.ts'

/** All keys and plans that there are now. */
export interface KeyRing {
  key(id: string): StoredKey | undefined
  keys(): Iterable<StoredKey>
  plan(id: string): UsagePlan | undefined
  plans(): Iterable<UsagePlan>
}

export const emptyRing: KeyRing = { key: () => undefined, keys: () => [], plan: () => undefined, plans: () => [] }

/** A key that may be used, with its plan. */
export interface UsableKey {
  readonly key: StoredKey
  readonly plan: UsagePlan
}

export type WhyUnusable = 'malformed' | 'unknown' | 'wrong' | 'revoked' | 'expired' | 'without-plan'

const noHash = Buffer.alloc(32)

/** The key with this text, or why there is none that may be used now. The secret is compared in the same time whatever it is. */
export function usableKey(ring: KeyRing, text: string, nowMs: number): UsableKey | WhyUnusable {
  const id = idOfApiKey(text)
  if (id === undefined) return 'malformed'
  const key = ring.key(id)
  const presented = Buffer.from(sha256Of(text), 'hex')
  const isCurrent = timingSafeEqual(presented, key ? Buffer.from(key.sha256, 'hex') : noHash)
  const isPrevious = timingSafeEqual(presented, key?.previousSha256 === undefined ? noHash : Buffer.from(key.previousSha256, 'hex'))
  if (!key) return 'unknown'
  if (!isCurrent && !(isPrevious && isBefore(nowMs, key.previousUntil))) return 'wrong'
  if (key.revokedAt !== undefined) return 'revoked'
  if (key.expiresAt !== undefined && !isBefore(nowMs, key.expiresAt)) return 'expired'
  const plan = ring.plan(key.planId)
  return plan ? { key, plan } : 'without-plan'
}

const isBefore = (nowMs: number, time: string | undefined): boolean => time !== undefined && nowMs < Date.parse(time)
