import { setTimeout as delay } from 'node:timers/promises'
import { poll } from '../../../checks/poll.ts'
import { atRate } from '../at-rate.ts'

/** Requests of one caller at one moment. */
export interface Outstanding {
  /** At the hosts, and waiting for a connection (undefined where that is not counted). */
  readonly active: number
  readonly pending: number | undefined
}

/** The pool once nobody else finds a place. */
export interface Filled<Seen extends Outstanding = Outstanding> {
  readonly seen: Seen & { readonly refused: number }
  /** From the first request until then, ms. */
  readonly tookMs: number
}

/** How one caller's pool is filled with requests that nobody answers. */
export interface Filling<Seen extends Outstanding> {
  readonly maxConnections: number
  readonly maxPending: number
  /** All that are sent; those that find no place are refused. */
  readonly requests: number
  /** Of them, on their way already. Default none. */
  readonly begun?: number
  readonly startedAt: number
  readonly send: (count: number) => unknown
  readonly look: () => Promise<Seen>
  /** How many have been refused so far. */
  readonly refused: () => number
  /** For each step; a run without limits ends by its own count. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

const everyMs = 20

/** Sends until each request is held, waits or is refused; what is not so in time is for the verdict. @throws what `signal` was aborted with */
export async function fillPool<Seen extends Outstanding>(filling: Filling<Seen>): Promise<Filled<Seen>> {
  const { maxConnections, maxPending, requests, begun = 0, startedAt, send, look, refused, timeoutMs, signal } = filling
  const waiting = { timeoutMs, everyMs, signal }
  // No more at once than may wait, because each waits until it has its connection.
  for (let held = begun, room = Math.max(1, maxPending - begun); held < maxConnections; room = maxPending) {
    const wanted = Math.min(maxConnections, held + room)
    send(wanted - held)
    held = wanted
    await poll(look, ({ active }) => active >= wanted, waiting)
  }
  send(requests - Math.max(begun, maxConnections))
  const seen = await poll(
    async () => ({ ...(await look()), refused: refused() }),
    (now) => now.active + (now.pending ?? maxPending) + now.refused >= requests,
    waiting,
  )
  return { seen, tookMs: performance.now() - startedAt }
}

/** What goes on while the pool is full. */
export interface GoingOn {
  readonly perSecond: number
  /** `performance.now()` when the last call begins. */
  readonly untilMs: number
  readonly send: () => Promise<unknown>
  readonly look: () => Promise<unknown>
  readonly lookEveryMs: number
  /** Returns when all that were sent have ended. */
  readonly ended: () => Promise<unknown>
  readonly signal: AbortSignal
}

/** Calls in an open loop, and looks at the pool meanwhile. @throws what `signal` was aborted with: whoever interrupts does not wait for calls */
export async function goOn({ perSecond, untilMs, send, look, lookEveryMs, ended, signal }: GoingOn): Promise<void> {
  let looking: Promise<unknown> = Promise.resolve()
  const sampling = setInterval(() => {
    looking = looking.then(look).catch(() => {})
  }, lookEveryMs)
  const arrivals = atRate(perSecond, send)
  try {
    await delay(Math.max(0, untilMs - performance.now()), undefined, { signal })
    void arrivals.stop()
    await ended()
  } finally {
    void arrivals.stop()
    clearInterval(sampling)
  }
  await looking
}
