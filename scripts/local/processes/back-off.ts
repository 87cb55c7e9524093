/** A process that ran this long was well: its next crash is a first one. */
const healthyAfterMs = 30_000
const firstDelayMs = 200
const longestDelayMs = 15_000

/** How often a process has crashed in a row. */
export interface Crashes {
  readonly inARow: number
}

export const noCrashes: Crashes = { inARow: 0 }

/**
 * What to do after a crash: the wait doubles with every crash that follows a short life.
 * @param ranForMs how long the process had lived
 */
export function afterCrash({ inARow }: Crashes, ranForMs: number): { crashes: Crashes; delayMs: number } {
  const before = ranForMs >= healthyAfterMs ? 0 : inARow
  return { crashes: { inARow: before + 1 }, delayMs: Math.min(longestDelayMs, firstDelayMs * 2 ** before) }
}
