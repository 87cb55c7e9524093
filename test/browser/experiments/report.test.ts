import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, describe, expect } from 'vitest'
import { openChromium } from '../../../scripts/experiments/chromium.ts'
import { report } from '../../../scripts/experiments/core/report/report.ts'
import type { ExperimentResult } from '../../../scripts/experiments/core/result.ts'
import { readResult } from '../../../scripts/experiments/core/write-result.ts'
import { testThatNeeds } from '../../integration/test-that-needs.ts'
import { hardResults, manyResults, matrix } from './hard-results.ts'

const opened: { browser: Browser } | { missing: string } = await openChromium().then(
  (browser) => ({ browser }),
  (error: Error) => ({ missing: error.message.split('\n', 1)[0] ?? '' }),
)
afterAll(async () => {
  if ('browser' in opened) await opened.browser.close()
})
const testInBrowser = testThatNeeds('missing' in opened ? opened.missing : undefined)

const recorded = await Promise.all(['httpbin-pool', 'catalog-ejection'].map((name) => readResult(`${import.meta.dirname}/${name}.json`)))
const pages: Readonly<Record<string, string>> = {
  'recorded runs': report(recorded),
  'one run alone': report(recorded.slice(1)),
  'hard results': report(hardResults, matrix),
  'a whole catalogue': report(manyResults),
  'no results': report([]),
}

const screens = {
  wide: { width: 1400, height: 900, media: 'screen' },
  phone: { width: 390, height: 844, media: 'screen' },
  paper: { width: 1047, height: 720, media: 'print' },
} as const

async function onScreen<Result>(
  html: string,
  { width, height, media }: (typeof screens)[keyof typeof screens],
  see: (page: Page) => Promise<Result>,
  colorScheme: 'light' | 'dark' = 'light',
): Promise<Result> {
  if ('missing' in opened) throw new Error(opened.missing)
  const page = await opened.browser.newPage({ viewport: { width, height }, colorScheme })
  try {
    await page.emulateMedia({ media, colorScheme })
    await page.setContent(html)
    await page.evaluate(`for (const folded of document.querySelectorAll('details')) folded.open = true`)
    return await see(page)
  } finally {
    await page.close()
  }
}

/** What `in-page.js` measures in a page, with the browser's own objects. */
interface Measured {
  /** Text outside of its card or of the page, and labels outside of their bars. */
  readonly unreadable: readonly string[]
  /** For each host, what failed or was refused as its row says it in words, and as the numbers below its bar say it. */
  readonly rowNumbers: readonly { readonly said: number; readonly drawn: number; readonly touching: number }[]
  /** Where things are, px: of the run and of its control. */
  readonly places: readonly {
    readonly left: number
    readonly width: number
    readonly fault: number
    readonly ticks: readonly number[]
    readonly rows: readonly number[]
  }[]
  /** Contrast of what is written with what it is written on, as WCAG counts it: the least of each kind of text. */
  readonly contrasts: Readonly<Record<string, number>>
  readonly paper: string
}

const source = (await readFile(`${import.meta.dirname}/in-page.js`, 'utf8')).replace(/^export .*$/m, '')

const measured =
  <Name extends keyof Measured>(name: Name) =>
  (page: Page): Promise<Measured[Name]> =>
    page.evaluate(`(() => { ${source}; return ${name}() })()`)

describe.each(Object.entries(screens))('%s', (_, screen) => {
  for (const [name, html] of Object.entries(pages)) {
    testInBrowser(`${name}: nothing is cut, nothing leaves its box`, async () => {
      expect(await onScreen(html, screen, measured('unreadable'))).toEqual([])
    })
  }

  testInBrowser('every number below a bar stands for itself, and together they are all that failed or was refused', async () => {
    for (const results of [recorded, hardResults]) {
      const rows = await onScreen(report(results), screen, measured('rowNumbers'))
      expect(rows.reduce((sum, { said }) => sum + said, 0)).toBe(marked(results))
      expect(rows.map(({ said }) => said)).toEqual(rows.map(({ drawn }) => drawn))
      expect(rows.filter(({ touching }) => touching > 0)).toEqual([])
    }
  })
})

const marked = (results: readonly ExperimentResult[]): number =>
  results
    .flatMap(({ timeline, negativeControl }) => [...timeline, ...(negativeControl?.timeline ?? [])])
    .flatMap(({ samples }) => samples)
    .reduce((sum, { failed = 0, refused = 0 }) => sum + failed + refused, 0)

testInBrowser('the control is beside the run on a wide screen and below it on a phone, each time on the same axes', async () => {
  for (const html of [report(recorded.slice(1)), report(hardResults.slice(0, 1))]) {
    const [run, control] = await onScreen(html, screens.wide, measured('places'))
    expect(control?.left).toBeGreaterThan((run?.left ?? 0) + (run?.width ?? 0))
    expect([control?.rows, control?.width, control?.fault, control?.ticks]).toEqual([run?.rows, run?.width, run?.fault, run?.ticks])
    const [above, below] = await onScreen(html, screens.phone, measured('places'))
    expect(below?.left).toBe(above?.left)
    expect(below?.rows[0]).toBeGreaterThan(above?.rows.at(-1) ?? 0)
    expect([below?.width, below?.fault, below?.ticks]).toEqual([above?.width, above?.fault, above?.ticks])
  }
})

testInBrowser('an ejection is named in its bar, with its cause where there is room', async () => {
  const named = (page: Page) => page.locator('.label.ejected b:visible').allTextContents()
  expect(await onScreen(report(recorded.slice(1)), screens.wide, named)).toEqual([
    expect.stringMatching(/^ejected \d\.\d s · consecutive 5xx$/),
  ])
  expect(await onScreen(report(recorded.slice(1)), screens.phone, named)).toEqual([expect.stringMatching(/^ejected/)])
})

testInBrowser('what holds is folded, what does not is open', async () => {
  if ('missing' in opened) throw new Error(opened.missing)
  const page = await opened.browser.newPage()
  await page.setContent(report(hardResults))
  expect(await page.locator('td.mark:visible').allTextContents()).toEqual(['✗ fails', '✗ does not hold'])
  await page.close()
})

describe.each(['light', 'dark'] as const)('%s', (scheme) => {
  testInBrowser('every text has the contrast that WCAG asks for', async () => {
    const found = await onScreen(report([...recorded, ...hardResults], matrix), screens.wide, measured('contrasts'), scheme)
    expect(Object.keys(found).length).toBeGreaterThan(20)
    expect(Object.entries(found).filter(([, ratio]) => ratio < 4.5)).toEqual([])
  })
})

testInBrowser('paper is white also for readers who like it dark', async () => {
  expect(await onScreen(report(recorded), screens.paper, measured('paper'), 'dark')).toBe('rgb(255, 255, 255)')
  expect(await onScreen(report(recorded), screens.wide, measured('paper'), 'dark')).not.toBe('rgb(255, 255, 255)')
})
