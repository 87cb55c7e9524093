/** Nearest rank: a value that was measured, not one between two. `q` from 0 to 1; undefined of nothing. */
export function percentile(values: readonly number[], q: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]
}
