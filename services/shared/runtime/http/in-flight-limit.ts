/** What was seen in a stretch of time. */
export interface Observation {
  /** How long it takes what makes requests wait (a turn of the event loop, a call), in ms, and how long it may take. */
  readonly tookMs: number
  readonly mayTakeMs: number
  /** Most requests that counted at once. */
  readonly peak: number
}

export interface LimitBounds {
  readonly least: number
  /** So far it grows whether it was reached or not, so that nothing remains of an overload that is over. */
  readonly calm: number
  readonly most: number
}

/** At most halved, so that one bad moment does not shut the door; opened more slowly than that. */
const steps = { least: 0.5, most: 1.2 }
/** Of the limit; where fewer are in flight, nobody knows what more would do. */
const used = 0.5

/**
 * The limit for the next stretch of time: what is in flight is what makes requests wait, so it is changed by the factor by which they wait too long.
 * Beyond `calm` it grows only with what is in flight, so that many who come at once are not all let in before anything is known of them.
 */
export function nextLimit(limit: number, { tookMs, mayTakeMs, peak }: Observation, { least, calm, most }: LimitBounds): number {
  const step = Math.min(steps.most, Math.max(steps.least, mayTakeMs / tookMs))
  const grown = Math.ceil(limit * step)
  const next = step < 1 ? Math.floor(Math.min(peak, limit) * step) : peak >= used * limit ? grown : Math.max(limit, Math.min(grown, calm))
  return Math.min(most, Math.max(least, next))
}
