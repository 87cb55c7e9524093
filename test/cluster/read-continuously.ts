import { setTimeout as delay } from 'node:timers/promises'

/** Milliseconds between two requests of a reader. */
const everyMs = 100
const timeoutMs = 15_000

export interface Reading {
  readonly answered: number
  /** What came in place of a 200, e.g. `503 at 12.3 s`. */
  readonly failures: readonly string[]
}

/** Reads a URL again and again until stopped; nothing is repeated, so each failure is one that a customer would have seen. */
export function readContinuously(url: string): { stop(): Promise<Reading> } {
  const started = performance.now()
  const failures: string[] = []
  let answered = 0
  let stopped = false
  const read = async () => {
    while (!stopped) {
      const status = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).then(
        // Read to its end, so that an answer that breaks off counts as one that failed.
        (answer) => answer.text().then(() => answer.status),
        (error: Error) => error.message,
      )
      if (status === 200) answered++
      else failures.push(`${status} at ${((performance.now() - started) / 1000).toFixed(1)} s`)
      await delay(everyMs)
    }
  }
  const reading = read()
  return {
    stop: async () => {
      stopped = true
      await reading
      return { answered, failures }
    },
  }
}
