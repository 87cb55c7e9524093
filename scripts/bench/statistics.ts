/** The middle of the sorted numbers (of two middles their mean); NaN of none. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2
}

/** The smallest number that at least `share` (0..1) of them do not exceed (nearest rank); NaN of none. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** Smallest and largest, the spread that a median hides. */
export const range = (numbers: readonly number[]): { min: number; max: number } => ({
  min: Math.min(...numbers),
  max: Math.max(...numbers),
})
