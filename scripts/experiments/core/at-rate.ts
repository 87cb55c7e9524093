import { setTimeout as delay } from 'node:timers/promises'

export interface Arrivals {
  /** ms that a call came after its time, at most: a machine that is late does not send what it was asked to. */
  readonly latestMs: number
  /** No further call; returns when the last one has ended. */
  stop(): Promise<void>
}

/** Calls `send` so many times a second, at equal distances and whatever becomes of the calls before (an open loop), until it is stopped. */
export function atRate(perSecond: number, send: () => Promise<unknown>): Arrivals {
  const stopped = new AbortController()
  const under = new Set<Promise<unknown>>()
  const begunAt = performance.now()
  let latestMs = 0
  const calling = (async () => {
    for (let turn = 0; !stopped.signal.aborted; turn++) {
      const dueAt = begunAt + (turn * 1000) / perSecond
      await delay(Math.max(0, dueAt - performance.now()), undefined, { signal: stopped.signal })
      latestMs = Math.max(latestMs, performance.now() - dueAt)
      const call = send()
      under.add(call)
      const ended = () => under.delete(call)
      call.then(ended, ended)
    }
    // The only thing that ends it is the stop.
  })().catch(() => {})
  return {
    get latestMs() {
      return latestMs
    },
    stop: async () => {
      stopped.abort()
      await calling
      await Promise.allSettled(under)
    },
  }
}
