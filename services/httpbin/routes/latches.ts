/** Requests that wait until somebody opens their latch. */
export interface Latches {
  /** Waits at the latch; at an open one not at all. `abandoned`: the caller went away. */
  hold(latch: string, caller: AbortSignal): Promise<'released' | 'expired' | 'abandoned' | 'full'>
  /** Opens the latch for those who wait and those who come; returns how many waited. */
  release(latch: string): number
  releaseAll(): void
  /** Waiting requests by latch, and all that ever came to any latch. */
  state(): { held: Record<string, number>; seen: number }
}

/** More than any breaker under test lets through. */
const maxHeld = 1000
/** Opened latches that are remembered; the oldest are forgotten and would hold again. */
const maxOpened = 1000

/** @param maxHoldMs after which a waiting request gives up */
export function createLatches(maxHoldMs: number): Latches {
  const waiting = new Map<string, Set<() => void>>()
  const opened = new Set<string>()
  const count = () => [...waiting.values()].reduce((sum, waiters) => sum + waiters.size, 0)
  let seen = 0

  const release = (latch: string): number => {
    opened.add(latch)
    for (const oldest of opened) if (opened.size > maxOpened) opened.delete(oldest)
    const waiters = [...(waiting.get(latch) ?? [])]
    for (const open of waiters) open()
    return waiters.length
  }

  return {
    release,
    releaseAll: () => {
      for (const latch of [...waiting.keys()]) release(latch)
    },
    state: () => ({ held: Object.fromEntries([...waiting].map(([latch, waiters]) => [latch, waiters.size])), seen }),
    hold: (latch, caller) => {
      seen += 1
      if (opened.has(latch)) return Promise.resolve('released')
      if (caller.aborted) return Promise.resolve('abandoned')
      if (count() >= maxHeld) return Promise.resolve('full')
      return new Promise((resolve) => {
        const end = (how: 'released' | 'expired' | 'abandoned') => {
          clearTimeout(timer)
          caller.removeEventListener('abort', abandon)
          waiters.delete(open)
          if (waiters.size === 0) waiting.delete(latch)
          resolve(how)
        }
        const open = () => end('released')
        const abandon = () => end('abandoned')
        const timer = setTimeout(() => end('expired'), maxHoldMs)
        const waiters = waiting.get(latch) ?? new Set()
        caller.addEventListener('abort', abandon)
        waiting.set(latch, waiters.add(open))
      })
    },
  }
}
