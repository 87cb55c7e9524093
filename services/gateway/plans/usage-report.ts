import type { KeyUsage, QuotaPeriod, QuotaUsage, UsagePlan } from '../../shared/contracts/api/usage-plans.ts'
import type { StoredKey } from '../decider/keys/api-key.ts'
import type { Counting } from './counting/counting.ts'
import { currentPeriod, isoDay } from './quota-period.ts'
import { daysOfUsage, type Usage } from './usage/usage.ts'

const periods = ['day', 'week', 'month'] as const satisfies readonly QuotaPeriod[]

/** What a key has used: on each of the last days, the oldest first, and of what its plan allows now. */
export async function usageReport(
  { id: keyId, planId }: StoredKey,
  plan: UsagePlan | undefined,
  { counting, usage }: { readonly counting: Counting; readonly usage: Usage },
  { days, nowMs }: { readonly days: number; readonly nowMs: number },
): Promise<KeyUsage> {
  const quotas = periods.flatMap((period) => {
    const limit = plan?.quota?.[period]
    return limit === undefined ? [] : [quotaUsage(period, limit)]
  })
  return { keyId, planId, counted: usage.counted, quotas: await Promise.all(quotas), days: await usage.of(keyId, lastDays(days, nowMs)) }

  async function quotaUsage(name: QuotaPeriod, limit: number): Promise<QuotaUsage> {
    const period = currentPeriod(name, nowMs)
    const used = await counting.counted({ key: keyId, period, limit })
    return { period: name, limit, used, left: Math.max(0, limit - used), resetsAt: new Date(period.endMs).toISOString() }
  }
}

/** Today and the days before it, the oldest first. */
const lastDays = (days: number, nowMs: number): string[] =>
  Array.from({ length: Math.min(days, daysOfUsage) }, (_, before) => isoDay(nowMs - before * 86_400_000)).reverse()
