import type { DayOfUsage } from '../../../shared/contracts/api/usage-plans.ts'

/** What became of a request with a key. */
export type UsageOutcome = Exclude<keyof DayOfUsage, 'day'>

export type UsageCounts = Record<UsageOutcome, number>

export const usageOutcomes = ['admitted', 'throttled', 'overQuota'] as const satisfies readonly UsageOutcome[]

export const noUsage = (): UsageCounts => ({ admitted: 0, throttled: 0, overQuota: 0 })

/** Counts what keys do, by day, for whoever asks later. */
export interface Usage {
  readonly counted: 'all-replicas' | 'this-replica'
  record(keyId: string, outcome: UsageOutcome): void
  /** @param days `2026-11-29`; the answer has the same, each with its counts */
  of(keyId: string, days: readonly string[]): Promise<DayOfUsage[]>
  /** Writes what has not been written. */
  stop(): Promise<void>
}

/** Days that are remembered. */
export const daysOfUsage = 62
