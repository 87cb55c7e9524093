/** ms. A timer fires once in a turn of the event loop, however late it is, so its firings count the turns that take this long or longer. */
const tickMs = 1

/** What is told of the event loop. */
export interface TurnsWatcher {
  /** Whether there is anything to do. */
  isBusy(): boolean
  /** A stretch of time is over. @param turnMs CPU time of a mean turn: the time that others take the CPU away is none of it */
  ended(turnMs: number, nowMs: number): void
  /** There is something to do again after a stretch of time, or more, without. */
  rested(): void
}

/**
 * Watches the event loop while requests are in flight, and then only: an idle process is not woken.
 * @param windowMs length of a stretch of time
 */
export function observeTurns(windowMs: number, watcher: TurnsWatcher): { readonly began: () => void } {
  let turns = 0
  let since = 0
  let cpu = process.threadCpuUsage()
  let watching = false
  let timer: NodeJS.Timeout | undefined
  const beginStretch = (now: number): void => {
    since = now
    cpu = process.threadCpuUsage()
    turns = 0
  }
  const next = (): void => {
    timer = timer?.refresh() ?? setTimeout(turn, tickMs).unref()
  }
  const turn = (): void => {
    turns += 1
    const now = performance.now()
    if (now - since >= windowMs) {
      const { user, system } = process.threadCpuUsage(cpu)
      watcher.ended((user + system) / 1000 / turns, now)
      watching = watcher.isBusy()
      beginStretch(now)
    }
    if (watching) next()
  }
  return {
    began() {
      if (watching) return
      watching = true
      const now = performance.now()
      if (now - since >= windowMs) watcher.rested()
      beginStretch(now)
      next()
    },
  }
}
