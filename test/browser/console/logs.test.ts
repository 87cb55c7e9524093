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

const [one, other] = [anOrder('a'), anOrder('b', 11)]
const traceOfOne = `${'a'.repeat(31)}1`
let shop: ShopInMemory
let served: ServedConsole

beforeAll(async () => {
  if ('missing' in opened) return
  shop = await shopInMemory()
  await shop.place(one)
  await shop.place(other)
  served = await serveConsole(opened.browser, { telemetry: async () => shop.telemetry })
})
afterAll(async () => {
  if ('missing' in opened) return
  await served.close()
  await shop.close()
  await opened.browser.close()
  expect(served.errors).toEqual([])
})

testInBrowser('a search finds the lines of an order, those of its trace too, and leads to its story and its waterfall', async () => {
  const page = await served.open('#/logs')
  await page.locator('.log-lines > li').nth(20).waitFor()
  await page.getByLabel('Logs and traces').fill(one.orderId)
  await page.locator('.understood', { hasText: `order ${one.orderId}` }).waitFor()
  const lines = await (await shop.telemetry.search({ order: one.orderId }, 300)).lines
  await page.locator('.found', { hasText: `latest ${lines.length} lines` }).waitFor()
  expect(await page.locator('.log-lines > li').count()).toBe(lines.length)
  const texts = await page.locator('.log-lines .message').allTextContents()
  expect(texts.filter((text) => text.includes('orders.OrderConfirmed')).length).toBe(1)
  expect(texts.filter((text) => text.includes('GET inventory/stock 503')).length).toBe(1)

  await page.getByLabel('Level', { exact: true }).selectOption('warn')
  await page.locator('.found', { hasText: 'latest 1 line,' }).waitFor()
  await page.locator('.log-lines summary').click()
  await page.locator('.line-details').getByRole('link', { name: traceOfOne }).click()
  await page.locator('.waterfall li').first().waitFor()
  expect(await page.locator('.waterfall li').count()).toBe((await shop.telemetry.spansOf(traceOfOne)).length)
  expect(await page.getByRole('link', { name: 'The order’s story' }).getAttribute('href')).toBe(`#/orders/${one.orderId}`)
  await page.close()
})

testInBrowser('new lines come by themselves; hostile ones are text and nothing else', async () => {
  const page = await served.open('#/logs?q=hostile')
  await page.locator('.found', { hasText: 'Nothing in the logs matches yet' }).waitFor()
  const evil = '<img src=x onerror="document.title=1"><script>document.title=2</script> \u001b[31mred\u001b[0m \u202egnp.exe'
  shop.log({ workload: 'orders', replica: 0, container: 'app', time: new Date().toISOString(), level: 'error', msg: `hostile ${evil}` })
  shop.log({ workload: '<b>x</b>', replica: 0, container: 'app', level: 'info', msg: `hostile ${'long '.repeat(200_000)}`, '<i>': '<u>' })
  await page.locator('.found', { hasText: 'latest 2 lines' }).waitFor()
  const [, first = ''] = await page.locator('.log-lines .message').allTextContents()
  expect(first).toContain('<script>document.title=2</script> ␛[31mred␛[0m �gnp.exe')
  expect(await page.locator('.log-lines :is(img, script, b, i, u)').count()).toBe(0)
  expect(await page.title()).toMatch(/Logs/)
  expect(((await page.locator('.log-lines').textContent()) ?? '').length).toBeLessThan(10_000)
  await expectNothingBesideTheScreen(page)
  await page.close()
})

testInBrowser('what cannot be searched for is told in words', async () => {
  const page = await served.open('#/logs?q=level%3Aloud')
  await page.locator('.away', { hasText: "'loud' is no level" }).waitFor()
  await page.goto(page.url().replace(/#.*/, '#/logs/trace/123'))
  await page.locator('.away', { hasText: 'is no trace id' }).waitFor()
  await page.close()
  served.errors.splice(0)
})

for (const [screen, colorScheme] of [
  ['wide', 'dark'],
  ['phone', 'light'],
] as const)
  testInBrowser(`logs can be read by everybody: ${screen}, ${colorScheme}`, async () => {
    const page = await served.open(`#/logs?q=${other.orderId}`, { screen, colorScheme })
    await page.locator('.log-lines summary').nth(3).click()
    await expectNothingBesideTheScreen(page)
    expect(await accessibilityFaults(page)).toEqual([])
    await page.close()
  })
