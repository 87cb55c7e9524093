import { setTimeout as delay } from 'node:timers/promises'
import { poll } from '../../../checks/poll.ts'

/** Requests of one caller at one moment. */
export interface Outstanding {
  /** At the hosts, and waiting for a connection (undefined where that is not counted). */
  readonly active: number
  readonly pending: number | undefined
}

/** How one caller's pool is filled with requests that nobody answers. */
export interface Filling<Seen extends Outstanding> {
  readonly maxConnections: number
  readonly maxPending: number
  /** Of the destination: one that has no connection gets one beyond the limit. */
  readonly hosts: number
  /** All that are sent; those that find no place are refused. */
  readonly requests: number
  /** Of them, on their way already. Default none. */
  readonly begun?: number
  readonly send: (count: number) => unknown
  readonly sample: () => Promise<Seen>
  /** How many have been refused so far. */
  readonly refused: () => number | Promise<number>
  /** For each step; a run without limits ends by its own count. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

const everyMs = 20
/** The last refusals are on their way. */
const settledMs = 100

/**
 * Sends until each request is held, waits or is refused; what is not so in time is for the verdict.
 * @returns the pool once nobody else finds a place
 * @throws what `signal` was aborted with
 */
export async function fillPool<Seen extends Outstanding>(filling: Filling<Seen>): Promise<Seen & { readonly refused: number }> {
  const { maxConnections, maxPending, hosts, requests, begun = 0, send, sample, refused, timeoutMs, signal } = filling
  const waiting = { timeoutMs, everyMs, signal }
  const count = async () => ({ ...(await sample()), refused: await refused() })
  // No more at once than may wait, because each waits until it has its connection.
  for (let held = begun, room = Math.max(1, maxPending - begun); held < maxConnections; room = maxPending) {
    const wanted = Math.min(maxConnections, held + room)
    await send(wanted - held)
    held = wanted
    await poll(sample, ({ active }) => active >= wanted, waiting)
  }
  // One that gets a connection beyond the limit waited for it and had others refused meanwhile: the last ones take the places that come free so.
  const [first, last] = [Math.max(begun, maxConnections), Math.max(0, hosts - 1)]
  for (const sent of [requests - last, ...Array.from({ length: last }, (_, n) => requests - last + n + 1)]) {
    await send(sent === requests - last ? sent - first : 1)
    await poll(count, ({ active, pending = maxPending, refused: so }) => active + pending + so >= sent, waiting)
    // Between two answers of the proxy one may have got its connection, and have been counted twice.
    await delay(settledMs, undefined, { signal })
  }
  return count()
}
