import { resolve } from 'node:path'
import { openChromium } from './chromium.ts'
import { report } from './core/report/report.ts'
import { readResult } from './core/write-result.ts'

const usage = `Usage: node scripts/experiments/picture.ts [out/experiments/catalog-ejection.json]

Draws the report of one real run into scripts/experiments/report.png, the picture of the project's README.
Needs Chromium or Chrome; CHROMIUM names another program than chromium.`

const picture = resolve(import.meta.dirname, 'report.png')
const width = 1200

/** The experiment as far down as its timelines and charts; the checks below are for whoever opens the report. */
async function draw(result: string): Promise<void> {
  const page = report([await readResult(result)])
  const browser = await openChromium()
  try {
    const tab = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: 'light' })
    await tab.setContent(page)
    const end = await tab.locator('.legend').first().boundingBox()
    const height = Math.ceil((end?.y ?? 0) + (end?.height ?? 0) + 12)
    await tab.setViewportSize({ width, height })
    await tab.screenshot({ path: picture })
  } finally {
    await browser.close()
  }
}

const [result = 'out/experiments/catalog-ejection.json', ...others] = process.argv.slice(2)
if (others.length > 0 || result.startsWith('-')) {
  console.log(usage)
  process.exitCode = result === '-h' || result === '--help' ? 0 : 2
} else {
  await draw(result).catch((error: unknown) => {
    console.error(`${result} is not drawn: ${error instanceof Error ? error.message.split('\n', 1)[0] : error}`)
    process.exitCode = 1
  })
}
