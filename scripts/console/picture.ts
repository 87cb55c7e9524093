import { resolve } from 'node:path'
import { openChromium } from '../experiments/chromium.ts'

const usage = `Usage: node scripts/console/picture.ts <URL of a console, with its token> [experiment]

Runs an experiment from the console's page (default catalog-ejection), and draws the breaker wall as soon as a host is ejected into
scripts/console/wall.png, the picture of the README. Needs Chromium or Chrome; CHROMIUM names another program than chromium.`

const picture = resolve(import.meta.dirname, 'wall.png')
const viewport = { width: 1200, height: 800 }
/** A run may have to settle first. */
const ejectedWithinMs = 120_000

async function draw(url: string, experiment: string): Promise<void> {
  const browser = await openChromium()
  try {
    const [wall, experiments] = await Promise.all([browser.newPage({ viewport, colorScheme: 'light' }), browser.newPage()])
    await wall.goto(`${url}&/wall`)
    await experiments.goto(`${url}&/experiments`)
    await experiments.getByRole('button', { name: `Run ${experiment}`, exact: true }).click()
    await wall.locator('.tile.ejected').first().waitFor({ timeout: ejectedWithinMs })
    // Until lines have something to show.
    await wall.waitForTimeout(2_000)
    const end = await wall.locator('.wall').boundingBox()
    await wall.setViewportSize({ width: viewport.width, height: Math.ceil((end?.y ?? 0) + (end?.height ?? 0) + 6) })
    await wall.screenshot({ path: picture })
    await experiments.getByRole('link', { name: 'Open the report' }).waitFor({ timeout: ejectedWithinMs })
  } finally {
    await browser.close()
  }
}

const [url = '', experiment = 'catalog-ejection', ...others] = process.argv.slice(2)
if (!url.includes('#token=') || others.length > 0) {
  console.log(usage)
  process.exitCode = url === '-h' || url === '--help' ? 0 : 2
} else {
  await draw(url, experiment).catch((error: unknown) => {
    console.error(`nothing is drawn: ${error instanceof Error ? error.message.split('\n', 1)[0] : error}`)
    process.exitCode = 1
  })
}
