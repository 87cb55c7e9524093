import { setTimeout as delay } from 'node:timers/promises'
import { atRate } from '../at-rate.ts'

/** What goes on while the pool is full. */
export interface GoingOn {
  readonly perSecond: number
  /** `performance.now()` when the last call begins. */
  readonly untilMs: number
  readonly send: () => Promise<unknown>
  readonly sample: () => Promise<unknown>
  readonly lookEveryMs: number
  /** Returns when all that were sent have ended. */
  readonly ended: () => Promise<unknown>
  readonly signal: AbortSignal
}

/** Calls in an open loop, and looks at the pool meanwhile. @throws what `signal` was aborted with: whoever interrupts does not wait for calls */
export async function goOn({ perSecond, untilMs, send, sample, lookEveryMs, ended, signal }: GoingOn): Promise<void> {
  let looking: Promise<unknown> = Promise.resolve()
  const sampling = setInterval(() => {
    looking = looking.then(sample).catch(() => {})
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
