import { resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { openChromium } from '../experiments/chromium.ts'

const usage = `Usage: node scripts/console/picture.ts <URL of a console, with its token> [wall] [order]

Draws the pictures of the READMEs into scripts/console, both or those that are named. wall.png: runs catalog-ejection from the console's
page, and draws the breaker wall as soon as a host is ejected. order.png: places an order beyond its customer's credit, and draws its story.
Needs Chromium or Chrome; CHROMIUM names another program than chromium.`

const pictureOf = (name: string): string => resolve(import.meta.dirname, `${name}.png`)
const viewport = { width: 1200, height: 800 }
/** A run may have to settle first. */
const ejectedWithinMs = 120_000

/** Spans of proxies come every five seconds. */
const tracedWithinMs = 30_000

async function drawWall(browser: Browser, url: string): Promise<void> {
  const [wall, experiments] = await Promise.all([browser.newPage({ viewport, colorScheme: 'light' }), browser.newPage()])
  await wall.goto(`${url}&/wall`)
  await experiments.goto(`${url}&/experiments`)
  await experiments.getByRole('button', { name: 'Run catalog-ejection', exact: true }).click()
  await wall.locator('.tile.ejected').first().waitFor({ timeout: ejectedWithinMs })
  // Until lines have something to show.
  await wall.waitForTimeout(2_000)
  await shoot(wall, '.wall', 'wall')
  await experiments.getByRole('link', { name: 'Open the report' }).waitFor({ timeout: ejectedWithinMs })
}

async function drawOrder(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage({ viewport, colorScheme: 'light' })
  await page.goto(`${url}&/orders`)
  await page.getByRole('button', { name: 'More than the credit allows' }).click()
  await page.locator('.phase', { hasText: 'Ended' }).waitFor()
  await page.locator('.waterfall li', { hasText: '/sidecar' }).first().waitFor({ timeout: tracedWithinMs })
  await shoot(page, '.moment', 'order')
}

/** Down to where a part of the page ends. */
async function shoot(page: Page, last: string, name: string): Promise<void> {
  const end = await page.locator(last).boundingBox()
  await page.setViewportSize({ width: viewport.width, height: Math.ceil((end?.y ?? 0) + (end?.height ?? 0) + 6) })
  await page.screenshot({ path: pictureOf(name) })
}

const pictures: Readonly<Record<string, (browser: Browser, url: string) => Promise<void>>> = { wall: drawWall, order: drawOrder }

async function draw(url: string, names: readonly string[]): Promise<void> {
  const browser = await openChromium()
  try {
    for (const name of names) await pictures[name]?.(browser, url)
  } finally {
    await browser.close()
  }
}

const [url = '', ...names] = process.argv.slice(2)
if (!url.includes('#token=') || names.some((name) => !Object.hasOwn(pictures, name))) {
  console.log(usage)
  process.exitCode = url === '-h' || url === '--help' ? 0 : 2
} else {
  await draw(url, names.length > 0 ? names : Object.keys(pictures)).catch((error: unknown) => {
    console.error(`nothing is drawn: ${error instanceof Error ? error.message.split('\n', 1)[0] : error}`)
    process.exitCode = 1
  })
}
