import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runTool } from '../cli/run-tool.ts'
import { report } from './core/report/report.ts'
import { readResult } from './core/write-result.ts'

const usage = `Usage: node scripts/experiments/picture.ts [out/experiments/catalog-ejection.json]

Draws the report of one real run into scripts/experiments/report.png, the picture of the project's README.
Needs Chromium or Chrome; CHROMIUM names another program than chromium.`

const picture = resolve(import.meta.dirname, 'report.png')
/** As far down as the timeline, px. */
const window = { width: 1120, height: 1370 }

async function draw(result: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-picture-'))
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  try {
    const page = join(directory, 'report.html')
    await writeFile(page, report([await readResult(result)]))
    await runTool(
      process.env.CHROMIUM ?? 'chromium',
      [
        ...sandbox,
        '--headless',
        '--hide-scrollbars',
        `--user-data-dir=${join(directory, 'profile')}`,
        `--window-size=${window.width},${window.height}`,
        `--screenshot=${picture}`,
        pathToFileURL(page).href,
      ],
      { timeoutMs: 60_000 },
    )
  } finally {
    await rm(directory, { recursive: true, force: true })
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
