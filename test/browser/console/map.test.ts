import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import type { HostBreaker } from '../../../scripts/breaker-watch/breaker.ts'
import type { BreakerWatch, Look } from '../../../scripts/breaker-watch/breaker-watch.ts'
import { shopTopology } from '../../../scripts/console/shop-topology.ts'
import { openChromium } from '../../../scripts/experiments/chromium.ts'
import { inMemoryEventLog } from '../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { testThatNeeds } from '../../integration/test-that-needs.ts'
import { accessibilityFaults, expectNothingBesideTheScreen, type ServedConsole, serveConsole } from './console-page.ts'

const opened: { browser: Browser } | { missing: string } = await openChromium().then(
  (browser) => ({ browser }),
  (error: Error) => ({ missing: error.message.split('\n', 1)[0] ?? '' }),
)
const testInBrowser = testThatNeeds('missing' in opened ? opened.missing : undefined)

const eventLog = inMemoryEventLog()
let served: ServedConsole
let ejected: string | undefined
let looks = 0

/** Each look shows ten requests more for each call, and a second later. */
function look(): Look {
  looks += 1
  const breakers = shopTopology.calls.flatMap(({ from, to }) =>
    [0, 1].map(
      (number): HostBreaker => ({
        kind: 'host',
        caller: `${from}-0`,
        callerNamespace: 'breakwater',
        hostname: `${to}.breakwater.svc.cluster.local`,
        port: 80,
        subset: '',
        host: `${to}-${number}`,
        state: `${to}-${number}` === ejected ? 'ejected' : 'closed',
        requests: looks * 5,
        active: 0,
        succeeded: looks * 5,
        failed: 0,
        failuresInARow: 0,
        ejections: 0,
        backOff: 0,
      }),
    ),
  )
  return { atMs: looks * 1_000, breakers, changes: [], silent: [] }
}

const breakers: BreakerWatch = {
  now: look,
  changes: () => [],
  watch: async function* (signal) {
    while (!signal.aborted) {
      await eventLog.produce([{ topic: 'orders.events', key: 'a', value: '{}', headers: {} }])
      yield look()
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  },
}

beforeAll(async () => {
  if ('missing' in opened) return
  served = await serveConsole(opened.browser, { eventLog: async () => eventLog, breakers: async () => breakers })
})
afterAll(async () => {
  if ('missing' in opened) return
  await served.close()
  await eventLog.close()
  await opened.browser.close()
  expect(served.errors).toEqual([])
})

const [{ from, to } = { from: '', to: '' }] = shopTopology.calls

testInBrowser('the map shows every service, call and topic of the topology, with what goes on between them', async () => {
  const page = await served.open('#/map')
  await page.locator(`.call.closed[data-to=${to}]`).first().waitFor()
  const calls = await page
    .locator('.map .call')
    .evaluateAll((found) => found.map((one) => ({ from: one.getAttribute('data-from'), to: one.getAttribute('data-to') })))
  expect(calls).toEqual(shopTopology.calls)
  const services = await page.locator('.map .service').evaluateAll((found) => found.map((one) => one.getAttribute('data-service')))
  expect(services).toEqual(shopTopology.services.map(({ name }) => name))
  for (const { name, publisher, subscribers } of shopTopology.topics) {
    const stops = page.locator(`.map .topic[data-topic="${name}"] circle`)
    expect(await stops.evaluateAll((found) => found.map((one) => one.getAttribute('data-service')))).toEqual([publisher, ...subscribers])
  }
  await page.locator(`.map-lists tr[data-from=${from}][data-to=${to}]`, { hasText: '10/s' }).waitFor()
  await page.locator('.map .topic.busy[data-topic="orders.events"]').waitFor()
  ejected = `${to}-1`
  await page.locator(`.map .call.ejected[data-from=${from}][data-to=${to}]`).waitFor()
  await page.locator(`.map .service.ejected[data-service=${to}]`).waitFor()
  await page.locator(`.map-lists tr[data-from=${from}][data-to=${to}]`, { hasText: '1 of 2 hosts ejected' }).waitFor()
  await expectNothingBesideTheScreen(page)
  expect(await accessibilityFaults(page)).toEqual([])
  await page.close()
})

testInBrowser('the map can be read on a phone, in the dark', async () => {
  const page = await served.open('#/map', { screen: 'phone', colorScheme: 'dark' })
  await page.locator('.map .service').first().waitFor()
  await expectNothingBesideTheScreen(page)
  expect(await accessibilityFaults(page)).toEqual([])
  await page.close()
})
