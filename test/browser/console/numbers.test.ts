import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { openChromium } from '../../../scripts/experiments/chromium.ts'
import { testThatNeeds } from '../../integration/test-that-needs.ts'
import { accessibilityFaults, expectNothingBesideTheScreen, type ServedConsole, serveConsole } from './console-page.ts'
import { anOrder, type ShopInMemory, shopInMemory } from './shop-in-memory.ts'

const opened: { browser: Browser } | { missing: string } = await openChromium().then(
  (browser) => ({ browser }),
  (error: Error) => ({ missing: error.message.split('\n', 1)[0] ?? '' }),
)
const testInBrowser = testThatNeeds('missing' in opened ? opened.missing : undefined)

let shop: ShopInMemory
let served: ServedConsole

beforeAll(async () => {
  if ('missing' in opened) return
  shop = await shopInMemory()
  await shop.place(anOrder('a'))
  await shop.place(anOrder('b', 11))
  served = await serveConsole(opened.browser, { eventLog: async () => shop.eventLog })
})
afterAll(async () => {
  if ('missing' in opened) return
  await served.close()
  await shop.close()
  await opened.browser.close()
  expect(served.errors).toEqual([])
})

testInBrowser('orders are counted as they come, and one that is charged twice is named', async () => {
  const page = await served.open('#/numbers')
  const figure = (name: string, value: string) => page.locator(`[data-figure="${name}"] .figure`, { hasText: new RegExp(`^${value}$`) })
  await figure('Placed', '2').waitFor()
  await figure('Confirmed', '1').waitFor()
  await figure('Cancelled', '1').waitFor()
  expect(await page.locator('[data-invariant] .figure').allTextContents()).toEqual(['0', '0', '0', '0'])
  expect(await accessibilityFaults(page)).toEqual([])

  const records = await shop.place(anOrder('c'))
  await figure('Placed', '3').waitFor()
  const charge = records.find(({ headers }) => headers.type === 'payments.PaymentAuthorized')
  if (charge) await shop.eventLog.produce([{ ...charge, headers: { ...charge.headers, id: 'another' } }])
  await page.locator('[data-invariant="Charged twice"] .figure', { hasText: '1' }).waitFor()
  await page.locator('[data-invariant="Charged twice"] a', { hasText: anOrder('c').orderId }).waitFor()
  expect(await page.locator('.rate-chart canvas').count()).toBe(1)
  await page.close()
})

testInBrowser('numbers can be read on a phone, in the dark', async () => {
  const page = await served.open('#/numbers', { screen: 'phone', colorScheme: 'dark' })
  await page.locator('.rate-chart canvas').waitFor()
  await expectNothingBesideTheScreen(page)
  expect(await accessibilityFaults(page)).toEqual([])
  await page.close()
})
