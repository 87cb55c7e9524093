/** What became of each request of an open-loop load; index = its turn. Arrays of numbers, because a load has a hundred thousand of them. */
export interface Samples {
  /** ms from the start at which it was due. */
  readonly dueMs: Float64Array
  /** ms that it was sent after it was due. */
  readonly lateMs: Float64Array
  /** ms from when it was due to the end of its answer, or to its end without one. Measured from the schedule, a stalled generator or server hides nothing. */
  readonly latencyMs: Float64Array
  /** Index into `outcomes`. */
  readonly outcome: Uint16Array
  /** What can become of a request: a status, a status with the code of its problem (`503 OVERLOADED`), or why there was no answer. */
  readonly outcomes: readonly string[]
  /** CPU time of the process that sent them, in ms, and how long it took, from the first that was due to the last that ended. */
  readonly cpuMs: number
  readonly wallMs: number
}

/** Outcome of a request that took longer than a caller waits. */
export const givenUp = 'given up'
/** Outcome of a request that was due while as many were open as the generator may have. */
export const notSent = 'not sent'
