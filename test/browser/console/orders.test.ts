import { mkdir } from 'node:fs/promises'
import { fastify } from 'fastify'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import type { ShopAccess } from '../../../scripts/access/shop-access.ts'
import { kafkaLog } from '../../../scripts/events/log/shop-log.ts'
import { toTimeline } from '../../../scripts/events/order/order-timeline.ts'
import { readSaga } from '../../../scripts/events/order/read-saga.ts'
import { shopRules } from '../../../scripts/events/rules.ts'
import { openChromium } from '../../../scripts/experiments/chromium.ts'
import { testThatNeeds } from '../../integration/test-that-needs.ts'
import { accessibilityFaults, expectNothingBesideTheScreen, type ServedConsole, serveConsole } from './console-page.ts'
import { anOrder, type ShopInMemory, shopInMemory } from './shop-in-memory.ts'

const opened: { browser: Browser } | { missing: string } = await openChromium().then(
  (browser) => ({ browser }),
  (error: Error) => ({ missing: error.message.split('\n', 1)[0] ?? '' }),
)
const testInBrowser = testThatNeeds('missing' in opened ? opened.missing : undefined)

const [confirmed, outOfStock, cancelled, placed] = [anOrder('a'), anOrder('b', 11), anOrder('c'), anOrder('d')]
const gateway = fastify()
let shop: ShopInMemory
let served: ServedConsole
let requests: unknown[] = []

beforeAll(async () => {
  if ('missing' in opened) return
  shop = await shopInMemory()
  await shop.place(confirmed)
  await shop.place(outOfStock)
  await shop.place(cancelled, { cancelled: true })
  shop.changes.push({
    atMs: Date.now(),
    caller: 'gateway-0',
    callerNamespace: 'breakwater',
    hostname: 'catalog.breakwater.svc.cluster.local',
    port: 80,
    subset: '',
    host: 'catalog-1',
    from: 'closed',
    to: 'ejected',
    cause: 'consecutive 5xx',
  })
  gateway.post('/v1/orders', async (request, reply) => {
    requests.push({ key: request.headers['idempotency-key'], body: request.body })
    void shop.place(placed, { stepMs: 20 })
    return reply.status(202).send({ orderId: placed.orderId })
  })
  gateway.get('/v1/orders/:id', async ({ query }) => ({ status: 'reserved', query }))
  const gatewayUrl = await gateway.listen({ host: '127.0.0.1', port: 0 })
  const access = { gatewayUrl: async () => gatewayUrl } as ShopAccess
  served = await serveConsole(opened.browser, {
    eventLog: async () => shop.eventLog,
    telemetry: async () => shop.telemetry,
    breakers: async () => shop.breakers,
    access: async () => access,
  })
})
afterAll(async () => {
  if ('missing' in opened) return
  await served.close()
  await gateway.close()
  await shop.close()
  await opened.browser.close()
  expect(served.errors).toEqual([])
})

const storyOf = (orderId: string): string => `#/orders/${orderId}`

/** As `npx breakwater events show` prints them. */
async function shownByEvents(orderId: string): Promise<string[]> {
  const rules = shopRules()
  const records = await readSaga(kafkaLog(shop.eventLog), rules, orderId)
  return toTimeline(rules, records, new Map())
    .filter(({ kind }) => kind !== 'answer')
    .map(({ service, type }) => `${service} ${type}`)
}

for (const [name, order] of Object.entries({ confirmed, outOfStock, cancelled }))
  testInBrowser(`the story of an order is complete: ${name}`, async () => {
    const page = await served.open(storyOf(order.orderId))
    const all = await shownByEvents(order.orderId)
    expect(all.length).toBeGreaterThan(8)
    await page.locator(`.events li:nth-child(${all.length})`).waitFor()
    const shown = await page
      .locator('.events li')
      .evaluateAll((items) => items.map((item) => `${item.getAttribute('data-service')} ${item.getAttribute('data-type')}`))
    expect(shown.toSorted()).toEqual(all.toSorted())
    const numbers = await page.locator('.time-axis .dot text').allTextContents()
    expect(numbers.map(Number).toSorted((one, other) => one - other)).toEqual(all.map((_, index) => index + 1))
    expect(await page.locator('.waterfall li').count()).toBe(1 + (await answersAndEvents(order.orderId)))
    expect(await page.locator('.time-axis .dot.retry, .time-axis .dot.refused').count()).toBe(2)
    expect(await page.locator('.mesh-marks').textContent()).toContain('catalog-1: closed → ejected (consecutive 5xx)')
    await page.close()
  })

const answersAndEvents = async (orderId: string): Promise<number> => (await readSaga(kafkaLog(shop.eventLog), shopRules(), orderId)).length

testInBrowser('the slider shows the state at any moment', async () => {
  const page = await served.open(storyOf(confirmed.orderId))
  const slider = page.locator('.moment-slider')
  const status = page.locator('.moment .way [aria-current]')
  await status.filter({ hasText: 'confirmed' }).waitFor()
  const charged = page.locator('.moment dd').first()
  expect(await charged.textContent()).toBe('37.90 €')
  await slider.focus()
  await page.keyboard.press('Home')
  expect(await status.count()).toBe(0)
  const seen: (string | undefined)[] = []
  for (let step = 0; step < 40 && seen.at(-1) !== 'confirmed'; step++) {
    await page.keyboard.press('ArrowRight')
    const [now] = await status.allTextContents()
    if (seen.at(-1) !== now) seen.push(now)
  }
  expect(seen.filter((one) => one !== undefined)).toEqual(['placed', 'reserved', 'paid', 'confirmed'])
  await page.locator('.events li', { hasText: 'Everything is set aside' }).getByRole('button').click()
  expect(await status.textContent()).toBe('reserved')
  expect(await charged.textContent()).toBe('0.00 €')
  expect(await page.locator('.events li.later').count()).toBeGreaterThan(3)
  await page.getByRole('button', { name: 'Ask the read model for this moment' }).click()
  await page.locator('.moment pre', { hasText: '"at": "20' }).waitFor()
  await page.close()
})

testInBrowser('an order is placed by a click, and followed until it has ended', async () => {
  requests = []
  const page = await served.open('#/orders')
  await page.getByRole('button', { name: 'An order that goes through' }).click()
  await page.locator('.order-id', { hasText: placed.orderId }).waitFor()
  await page.locator('.phase', { hasText: 'Under way' }).waitFor()
  await page.locator('.phase', { hasText: 'Ended' }).waitFor()
  expect(await page.locator('.events li').count()).toBe((await shownByEvents(placed.orderId)).length)
  await page.locator('.waterfall li').first().waitFor()
  expect(requests).toEqual([
    {
      key: expect.stringMatching(/^console-/),
      body: expect.objectContaining({ lines: expect.arrayContaining([{ sku: 'MUG-BLUE', quantity: 2 }]) }),
    },
  ])
  await page.close()
})

testInBrowser('orders that there are are listed, and one is found by its id', async () => {
  const page = await served.open('#/orders')
  await page.locator('.newest a', { hasText: outOfStock.orderId }).waitFor()
  expect(await page.locator('.newest li', { hasText: outOfStock.orderId }).locator('.badge').textContent()).toBe('cancelled')
  await page.getByLabel('Id of an order').fill('ord_nobody_knows_this_one')
  await page.keyboard.press('Enter')
  await page.locator('.phase', { hasText: 'Nothing in the log is about ord_nobody_knows_this_one yet' }).waitFor()
  await page.close()
})

for (const [screen, colorScheme] of [
  ['wide', 'light'],
  ['phone', 'dark'],
] as const)
  testInBrowser(`a story can be read by everybody: ${screen}, ${colorScheme}`, async () => {
    const page = await served.open(storyOf(outOfStock.orderId), { screen, colorScheme })
    await page.locator('.waterfall li').first().waitFor()
    await page.locator('.events li').nth(2).getByRole('button').click()
    await expectNothingBesideTheScreen(page)
    expect(await accessibilityFaults(page)).toEqual([])
    await mkdir('out/console', { recursive: true })
    await page.screenshot({ path: `out/console/order-${screen}-${colorScheme}.png`, fullPage: true })
    await page.close()
  })
