/** Tells waiting readers that rows may have changed. */
export interface Changes {
  notify(): void
  /**
   * Asks `look` now, after each change, now and then (another replica may have made the change), and once more at the end of the time.
   * @param ms at most this long
   * @returns what `look` found, or undefined when it found nothing in time
   */
  untilFound<T>(look: () => Promise<T | undefined>, ms: number): Promise<T | undefined>
}

/** Milliseconds between looks at what other replicas have written. */
const lookAgainMs = 100

export function createChanges(): Changes {
  let change = Promise.withResolvers<void>()
  return {
    notify: () => {
      change.resolve()
      change = Promise.withResolvers<void>()
    },
    untilFound: async (look, ms) => {
      const end = performance.now() + ms
      for (;;) {
        // Taken before looking, so that a change in between is not missed.
        const changed = change.promise
        const found = await look()
        const left = end - performance.now()
        if (found !== undefined || left <= 0) return found
        await atMost(changed, Math.min(left, lookAgainMs))
      }
    },
  }
}

/** Resolves with the promise, or after so many milliseconds. */
async function atMost(promise: Promise<void>, ms: number): Promise<void> {
  const expired = Promise.withResolvers<void>()
  const timer = setTimeout(expired.resolve, ms)
  await Promise.race([promise, expired.promise])
  clearTimeout(timer)
}
