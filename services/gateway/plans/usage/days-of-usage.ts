import { noUsage, type UsageCounts, type UsageOutcome } from './usage.ts'

/** Counts by day and key. */
export class DaysOfUsage {
  readonly #days = new Map<string, Map<string, UsageCounts>>()

  add(day: string, keyId: string, outcome: UsageOutcome, count = 1): void {
    const keys = this.#days.get(day) ?? new Map<string, UsageCounts>()
    this.#days.set(day, keys)
    const counts = keys.get(keyId) ?? noUsage()
    keys.set(keyId, counts)
    counts[outcome] += count
  }

  of(day: string, keyId: string): UsageCounts {
    return this.#days.get(day)?.get(keyId) ?? noUsage()
  }

  /** Forgets the oldest days. */
  keep(days: number): void {
    for (const day of [...this.#days.keys()].sort().slice(0, -days)) this.#days.delete(day)
  }

  *entries(): Generator<readonly [day: string, keyId: string, counts: UsageCounts]> {
    for (const [day, keys] of this.#days) for (const [keyId, counts] of keys) yield [day, keyId, counts]
  }
}
