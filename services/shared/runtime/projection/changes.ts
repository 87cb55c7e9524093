/** Tells waiting readers that rows may have changed. */
export interface Changes {
  notify(): void
  /**
   * Asks `look` now, after each change, and once more at the end of the time.
   * @param ms at most this long
   * @returns what `look` found, or undefined when it found nothing in time
   */
  untilFound<T>(look: () => Promise<T | undefined>, ms: number): Promise<T | undefined>
}

export function createChanges(): Changes {
  let change = Promise.withResolvers<void>()
  return {
    notify: () => {
      change.resolve()
      change = Promise.withResolvers<void>()
    },
    untilFound: async (look, ms) => {
      const expired = Promise.withResolvers<'expired'>()
      const timer = setTimeout(() => expired.resolve('expired'), ms)
      try {
        for (;;) {
          // Taken before looking, so that a change in between is not missed.
          const changed = change.promise
          const found = await look()
          if (found !== undefined) return found
          if ((await Promise.race([changed, expired.promise])) === 'expired') return await look()
        }
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
