import type { QuotaPeriod } from '../../shared/contracts/api/usage-plans.ts'

/** One day, week or month in UTC: what a quota counts in. */
export interface CurrentPeriod {
  /** Unique among all periods, `2026-11-29`, `week-2026-11-23`, `2026-11`. */
  readonly label: string
  readonly seconds: number
  /** When the next one begins; ms since 1970. */
  readonly endMs: number
}

const dayMs = 86_400_000

/** The period that a moment is in. Weeks begin on Monday, as in ISO 8601. */
export function currentPeriod(period: QuotaPeriod, nowMs: number): CurrentPeriod {
  const midnight = Math.floor(nowMs / dayMs) * dayMs
  // 1 January 1970 was a Thursday, three days after a Monday.
  const monday = midnight - ((midnight / dayMs + 3) % 7) * dayMs
  const year = new Date(nowMs).getUTCFullYear()
  const month = new Date(nowMs).getUTCMonth()
  switch (period) {
    case 'day':
      return { label: isoDay(midnight), seconds: dayMs / 1000, endMs: midnight + dayMs }
    case 'week':
      return { label: `week-${isoDay(monday)}`, seconds: (7 * dayMs) / 1000, endMs: monday + 7 * dayMs }
    case 'month': {
      const [beginMs, endMs] = [Date.UTC(year, month), Date.UTC(year, month + 1)]
      return { label: isoDay(beginMs).slice(0, 7), seconds: (endMs - beginMs) / 1000, endMs }
    }
  }
}

/** `2026-11-29` */
export const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
