import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { openChromium } from '../../../scripts/experiments/chromium.ts'
import { createGateway } from '../../../services/gateway/app.ts'
import { testThatNeeds } from '../../integration/test-that-needs.ts'
import { fakeMesh } from '../../unit/services/gateway/fake-mesh.ts'

const opened: { browser: Browser } | { missing: string } = await openChromium().then(
  (browser) => ({ browser }),
  (error: Error) => ({ missing: error.message.split('\n', 1)[0] ?? '' }),
)
const testInBrowser = testThatNeeds('missing' in opened ? opened.missing : undefined)

const mug = { sku: 'MUG-BLUE', name: 'Harbour mug', description: 'Stoneware.', price: 1450 }
const mesh = fakeMesh({ 'catalog GET /products': { body: { products: [mug] } }, 'inventory GET /availability': { body: { items: [] } } })
const app = createGateway({ mesh, logger: pino({ level: 'silent' }) })
let origin: string
beforeAll(async () => {
  await app.listen({ port: 0, host: '127.0.0.1' })
  origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
})
afterAll(async () => {
  if (!('missing' in opened)) await opened.browser.close()
  await app.close()
})

/** A page that reaches this gateway alone, and what its console says. */
async function open(path: string): Promise<{ page: Page; said: string[]; elsewhere: string[] }> {
  if ('missing' in opened) throw new Error(opened.missing)
  const page = await opened.browser.newPage()
  const [said, elsewhere]: [string[], string[]] = [[], []]
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) said.push(message.text())
  })
  page.on('pageerror', (error) => said.push(String(error)))
  await page.route('**', (route) => {
    if (route.request().url().startsWith(origin)) return route.continue()
    elsewhere.push(route.request().url())
    return route.abort()
  })
  await page.goto(`${origin}${path}`)
  return { page, said, elsewhere }
}

testInBrowser(
  'the API is read and tried at /docs: nothing is loaded from elsewhere, and the policy of the page forbids nothing that it needs',
  async () => {
    const { page, said, elsewhere } = await open('/docs')
    await page.locator('.opblock-summary-path', { hasText: '/v2/products' }).first().waitFor()
    expect(await page.locator('.opblock').count()).toBeGreaterThan(10)
    await page.locator('#operations-products-listProducts .opblock-summary-control').first().click()
    await page.getByRole('button', { name: 'Try it out' }).click()
    await page.getByRole('button', { name: 'Execute' }).click()
    await page.locator('.live-responses-table .response-col_description', { hasText: '"amount": "14.50"' }).waitFor()
    expect({ said, elsewhere }).toEqual({ said: [], elsewhere: [] })
    await page.close()
  },
)

testInBrowser('the page at / leads there', async () => {
  const { page, said, elsewhere } = await open('/')
  await page.getByRole('link', { name: '/docs' }).click()
  await page.locator('.opblock').first().waitFor()
  expect({ said, elsewhere }).toEqual({ said: [], elsewhere: [] })
  await page.close()
})
