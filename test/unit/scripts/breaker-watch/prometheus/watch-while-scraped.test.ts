import { setTimeout as delay } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import type { BreakerWatch, Look } from '../../../../../scripts/breaker-watch/breaker-watch.ts'
import { watchWhileScraped } from '../../../../../scripts/breaker-watch/prometheus/watch-while-scraped.ts'

const look: Look = { atMs: 0, breakers: [], changes: [], silent: ['away-0'] }

function fakeWatch() {
  let watchers = 0
  const begun = vi.fn()
  const watch: BreakerWatch = {
    now: () => look,
    changes: () => [],
    watch: async function* (signal) {
      begun()
      watchers += 1
      while (!signal.aborted) {
        yield look
        await delay(5)
      }
      watchers -= 1
    },
  }
  return { watch, begun, watching: () => watchers }
}

test('proxies are read from the first scrape until nobody has scraped for a while', async () => {
  const { watch, begun, watching } = fakeWatch()
  const scraped = watchWhileScraped(watch, { leaseMs: 1_500 })
  await delay(20)
  expect(begun).not.toHaveBeenCalled()
  expect(await scraped.scrape()).toContain('breakwater_breaker_watched_proxies{answers="false"} 1')
  await delay(20)
  await scraped.scrape()
  await delay(20)
  expect(begun).toHaveBeenCalledTimes(1)
  expect(watching()).toBe(1)
  await vi.waitFor(() => expect(watching()).toBe(0), { timeout: 10_000 })
  await scraped.scrape()
  expect(begun).toHaveBeenCalledTimes(2)
  scraped.close()
  await vi.waitFor(() => expect(watching()).toBe(0), { timeout: 10_000 })
})
