import { type Static, Type } from 'typebox'
import { CustomerId, Day, Time } from '../values.ts'

/** How fast requests may come: a bucket that holds `burst` and gets `rate` more a second. */
export const Throttle = Type.Object({
  rate: Type.Number({ minimum: 0.01, maximum: 100_000, description: 'requests a second, in the long run' }),
  burst: Type.Integer({ minimum: 1, maximum: 100_000, description: 'requests at once' }),
})
export type Throttle = Static<typeof Throttle>

/** Periods in UTC; a week begins on Monday. */
export const QuotaPeriod = Type.Enum(['day', 'week', 'month'])
export type QuotaPeriod = Static<typeof QuotaPeriod>

const Requests = Type.Integer({ minimum: 1, maximum: 1_000_000_000 })

/** How many requests a key may send in each period; a period that is left out has no limit. */
export const Quota = Type.Object({ day: Type.Optional(Requests), week: Type.Optional(Requests), month: Type.Optional(Requests) })
export type Quota = Static<typeof Quota>

export const PlanId = Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' })

/** What a plan lets each of its keys do. */
export const PlanLimits = Type.Object({ throttle: Type.Optional(Throttle), quota: Type.Optional(Quota) })
export type PlanLimits = Static<typeof PlanLimits>

export const UsagePlan = Type.Object({ id: PlanId, ...PlanLimits.properties })
export type UsagePlan = Static<typeof UsagePlan>

/** What may be shown of a key; it is the beginning of the key itself. */
export const ApiKeyId = Type.String({ pattern: '^bwk_[a-z0-9]{12}$' })

/** Hex. */
export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })

/** What a key may be allowed to do without anybody's token. */
export const KeyScope = Type.Enum(['orders:own', 'orders:any', 'operations:read', 'operations:write'])
export const KeyScopes = Type.Array(KeyScope, { uniqueItems: true, maxItems: 10 })

/** For people: what the key is for. */
export const KeyName = Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\p{C}]*$' })

/** An API key without its secret. */
export const ApiKeyInfo = Type.Object({
  id: ApiKeyId,
  name: KeyName,
  owner: Type.Optional(CustomerId),
  planId: PlanId,
  scopes: KeyScopes,
  createdAt: Time,
  /** Absent: it does not end by itself. */
  expiresAt: Type.Optional(Time),
  rotatedAt: Type.Optional(Time),
  /** Until then the secret before the last rotation is good as well. */
  previousUntil: Type.Optional(Time),
  revokedAt: Type.Optional(Time),
})
export type ApiKeyInfo = Static<typeof ApiKeyInfo>

const Count = Type.Integer({ minimum: 0 })

/** Requests of a key on one day, by what became of them. */
export const DayOfUsage = Type.Object({
  day: Day,
  admitted: Count,
  throttled: Type.Integer({ minimum: 0, description: 'refused because they came too fast' }),
  overQuota: Type.Integer({ minimum: 0, description: 'refused because the quota was used up' }),
})
export type DayOfUsage = Static<typeof DayOfUsage>

/** What is left of a quota. */
export const QuotaUsage = Type.Object({ period: QuotaPeriod, limit: Count, used: Count, left: Count, resetsAt: Time })
export type QuotaUsage = Static<typeof QuotaUsage>

export const KeyUsage = Type.Object({
  keyId: ApiKeyId,
  planId: PlanId,
  /** Where requests are counted: all replicas together, or only the one that answers. */
  counted: Type.Enum(['all-replicas', 'this-replica']),
  quotas: Type.Array(QuotaUsage),
  days: Type.Array(DayOfUsage),
})
export type KeyUsage = Static<typeof KeyUsage>
