import { setTimeout as delay } from 'node:timers/promises'
import type { BreakerWatch } from '../breaker-watch.ts'
import { breakerMetrics } from './breaker-metrics.ts'

export interface ScrapeOptions {
  readonly periodMs: number
  /** Proxies are read on for so long after a scrape: longer than any usual interval between two. */
  readonly leaseMs: number
}

/** An ejection of a second is seen, at a tenth of the cost of an experiment's timeline. */
const usual: ScrapeOptions = { periodMs: 1_000, leaseMs: 150_000 }

/** Metrics of breakers for somebody who asks again and again. Proxies are read from the first question until nobody has asked for a while. */
export interface ScrapedBreakers {
  /** In Prometheus's text format. */
  scrape(): Promise<string>
  close(): void
}

export function watchWhileScraped(watch: BreakerWatch, options: Partial<ScrapeOptions> = {}): ScrapedBreakers {
  const { periodMs, leaseMs } = { ...usual, ...options }
  const metrics = breakerMetrics()
  let watching: { readonly ended: AbortController; readonly first: Promise<void> } | undefined
  let lease: NodeJS.Timeout | undefined

  const begin = () => {
    const ended = new AbortController()
    const first = Promise.withResolvers<void>()
    const observe = async (): Promise<void> => {
      for await (const look of watch.watch(ended.signal, { periodMs })) {
        metrics.observe(look)
        first.resolve()
      }
      first.resolve()
    }
    void observe()
    return { ended, first: first.promise }
  }
  const close = (): void => {
    clearTimeout(lease)
    watching?.ended.abort()
    watching = undefined
  }
  return {
    scrape: async () => {
      clearTimeout(lease)
      lease = setTimeout(close, leaseMs).unref()
      watching ??= begin()
      await Promise.race([watching.first, delay(firstLookWithinMs, undefined, { ref: false })])
      return metrics.text()
    },
    close,
  }
}

/** Prometheus waits ten seconds by default. */
const firstLookWithinMs = 5_000
