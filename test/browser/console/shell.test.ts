import type { Browser } from 'playwright-core'
import { afterAll, expect } from 'vitest'
import { runs } from '../../../scripts/console/experiments/runs.ts'
import { openChromium } from '../../../scripts/experiments/chromium.ts'
import { testThatNeeds } from '../../integration/test-that-needs.ts'
import { serveConsole } from './console-page.ts'
import { manyBreakers, watchOf } from './many-breakers.ts'

const opened: { browser: Browser } | { missing: string } = await openChromium().then(
  (browser) => ({ browser }),
  (error: Error) => ({ missing: error.message.split('\n', 1)[0] ?? '' }),
)
afterAll(async () => {
  if ('browser' in opened) await opened.browser.close()
})
const testInBrowser = testThatNeeds('missing' in opened ? opened.missing : undefined)

testInBrowser(
  'the page is used without a mouse, keeps the chosen colours, hides its token, and says when the console has gone',
  async () => {
    if ('missing' in opened) throw new Error(opened.missing)
    const list = async () => []
    const experiments = { list, ...runs(list, () => ({ abort: () => {}, ended: Promise.resolve() })) }
    const console = await serveConsole(opened.browser, { breakers: async () => watchOf(manyBreakers), experiments })
    const page = await console.open('#/nothing-of-this-name')
    await page.locator('.tile').first().waitFor()
    expect(new URL(page.url()).hash).toBe('#/nothing-of-this-name')
    const focused = () => page.evaluate<string>('document.activeElement.textContent || document.activeElement.tagName')

    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Skip to the view')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('main')
    await page.locator('nav a[aria-current=page]').focus()
    expect(await focused()).toBe('Breaker wall')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.locator('nav a[aria-current=page]', { hasText: 'Experiments' }).waitFor()
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await page.locator('.tile').first().waitFor()

    const paper = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')
    const light = await paper()
    await page.getByRole('button', { name: 'Dark colours' }).focus()
    await page.keyboard.press('Enter')
    expect(await paper()).not.toBe(light)
    const dark = await paper()
    await page.reload()
    await page.locator('.tile').first().waitFor()
    expect(await paper()).toBe(dark)
    expect(await page.getByText('only looking').count()).toBe(0)
    expect(console.errors).toEqual([])

    await console.close()
    await page.locator('.away', { hasText: 'this is what was seen last' }).waitFor()
    expect(await page.locator('.tile').count()).toBeGreaterThan(5)
    await page.close()
  },
)
