/** What was seen in a stretch of time. */
export interface Observation {
  /** CPU time of a mean turn of the event loop, in ms: the time that others take the CPU away is none of it. */
  readonly turnMs: number
  /** Most requests that were in flight at once. */
  readonly peak: number
}

export interface LimitBounds {
  readonly least: number
  readonly most: number
}

/**
 * Milliseconds of work in one turn of the event loop. Each request waits one turn to be read or refused, and some more for the answers of other
 * services; more work in each turn only makes all of them wait longer. With half of 5 ms, refusals take less than 5 ms (99 of 100).
 */
export const targetTurnMs = 2.5

/** At most halved, so that one bad moment does not shut the door; opened more slowly than that. */
const steps = { least: 0.5, most: 1.2 }

/**
 * The limit for the next stretch of time: what is in flight makes turns long, so it is changed by the same factor. It grows only when it was reached.
 *
 * The event loop is asked and not the time of answers: a service behind us that hangs makes answers slow and turns short. Then more requests may wait,
 * and refusing them would take away answers that can do without that service.
 */
export function nextLimit(limit: number, { turnMs, peak }: Observation, { least, most }: LimitBounds): number {
  const step = Math.min(steps.most, Math.max(steps.least, targetTurnMs / turnMs))
  const next = step < 1 ? Math.floor(Math.min(peak, limit) * step) : peak < limit ? limit : Math.ceil(limit * step)
  return Math.min(most, Math.max(least, next))
}
