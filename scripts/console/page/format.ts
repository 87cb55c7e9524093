/** ms in the unit that people would use. */
export function duration(ms: number): string {
  const size = Math.abs(ms)
  if (size === 0) return '0 ms'
  if (size < 1) return `${Math.round(ms * 1000)} µs`
  if (size < 10) return `${ms.toFixed(1)} ms`
  if (size < 1_000) return `${Math.round(ms)} ms`
  if (size < 120_000) return `${(ms / 1_000).toFixed(size < 10_000 ? 2 : 1)} s`
  return size < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`
}

/** Time of day with milliseconds, as in `npx breakwater logs`: UTC. */
export const clock = (atMs: number): string => new Date(atMs).toISOString().slice(11, 23)

export const euros = (cents: number): string => `${(cents / 100).toFixed(2)} €`

export const counted = (count: number, what: string): string => `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`
