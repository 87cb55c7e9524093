import type { Observation } from './in-flight-limit.ts'

/** ms. A timer fires once in a turn of the event loop, however late it is, so its firings count the turns that take this long or longer. */
const tickMs = 1

/**
 * Watches the event loop while requests are in flight, and then only: an idle process is not woken.
 * @param inFlight how many there are now
 * @param windowMs length of a stretch of time
 * @param report what was seen in each stretch
 */
export function observeTurns(
  inFlight: () => number,
  windowMs: number,
  report: (seen: Observation) => void,
): { readonly began: () => void } {
  let turns = 0
  let peak = 0
  let since = 0
  let cpu = process.threadCpuUsage()
  let watching = false
  let timer: NodeJS.Timeout | undefined
  const beginStretch = (now: number): void => {
    since = now
    cpu = process.threadCpuUsage()
    turns = 0
    peak = inFlight()
  }
  const next = (): void => {
    timer = timer?.refresh() ?? setTimeout(turn, tickMs).unref()
  }
  const turn = (): void => {
    turns += 1
    const now = performance.now()
    if (now - since >= windowMs) {
      const { user, system } = process.threadCpuUsage(cpu)
      report({ turnMs: (user + system) / 1000 / turns, peak })
      watching = inFlight() > 0
      beginStretch(now)
    }
    if (watching) next()
  }
  return {
    began() {
      peak = Math.max(peak, inFlight())
      if (watching) return
      watching = true
      beginStretch(performance.now())
      next()
    },
  }
}
