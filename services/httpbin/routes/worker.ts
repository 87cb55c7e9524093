/** Does one piece of work at a time, in the order in which they came: also for askers who have gone, as a service does that has begun to compute. */
export interface Worker {
  /** `full`: too many wait already. A stop lets everybody go. */
  work(ms: number): Promise<'done' | 'full'>
  stop(): void
  /** Pieces that wait or are worked on, and all that were ever done. */
  state(): { queued: number; done: number }
}

/** More than a retry storm of an experiment piles up. */
const maxQueued = 5_000

export function createWorker(): Worker {
  const waiting = new Set<() => void>()
  let freeAt = 0
  let done = 0
  return {
    work: (ms) => {
      if (waiting.size >= maxQueued) return Promise.resolve('full')
      const now = performance.now()
      // Reckoned from the end of the piece before and not from when a timer fired, so that a busy machine makes the worker no slower.
      freeAt = Math.max(now, freeAt) + ms
      return new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer)
          waiting.delete(end)
          done += 1
          resolve('done')
        }
        const timer = setTimeout(end, freeAt - now)
        waiting.add(end)
      })
    },
    stop: () => {
      for (const end of waiting) end()
    },
    state: () => ({ queued: waiting.size, done }),
  }
}
