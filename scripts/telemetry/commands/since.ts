import { parseInstant } from '../../../services/shared/contracts/instant.ts'
import { UsageError } from '../../cli/command-error.ts'

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * `10m`, or a time (RFC 3339) → milliseconds since the epoch.
 * @throws UsageError
 */
export function sinceOf(text: string, now: number): number {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(text.trim()) ?? []
  if (count !== undefined) return now - Number(count) * (units[unit] ?? 0)
  const time = parseInstant(text)
  if (time === undefined) throw new UsageError(`'${text}' is neither a time span (30s, 10m, 2h, 1d) nor a time (2026-01-31T12:00:00Z)`)
  return time
}
