import { setImmediate, setTimeout } from 'node:timers/promises'

/** What is waited for after a transaction that took `tookMs`. @throws what `signal` was aborted with */
export type Pause = (tookMs: number, signal: AbortSignal) => Promise<unknown>

/** A turn of the event loop, of which an embedded database and the decoding leave it none. */
export const aTurn: Pause = () => setImmediate()

/**
 * As long as the transaction took: readers share the process, and often the database's processors, with a rebuild. Without, reads take longer
 * than callers wait, and callers' breakers open.
 */
export const leaveHalf: Pause = (tookMs, signal) => setTimeout(tookMs, undefined, { signal }).catch(() => signal.throwIfAborted())

/** Decoded in one turn of the event loop: 10 MiB take longer than a caller waits for one try. */
export const fetchBytes = 512 * 1024
/** Records of one transaction; of the first so few, because nobody knows yet how long they take. */
export const leastRecords = 50
const mostRecords = 500
/** For so long an embedded database answers nobody else. */
const aimMs = 50

/** Pure. @returns how many records the next transaction takes, after one of `records` that took `tookMs` */
export const nextPortion = (records: number, tookMs: number): number =>
  Math.min(mostRecords, Math.max(leastRecords, Math.round((records * aimMs) / tookMs)))
