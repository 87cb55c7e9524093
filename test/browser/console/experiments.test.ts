import { mkdir } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import type { RunMessage } from '../../../scripts/console/experiments/run-state.ts'
import { runs } from '../../../scripts/console/experiments/runs.ts'
import { openChromium } from '../../../scripts/experiments/chromium.ts'
import { testThatNeeds } from '../../integration/test-that-needs.ts'
import { accessibilityFaults, expectNothingBesideTheScreen, type OpenOptions, type ServedConsole, serveConsole } from './console-page.ts'
import { manyBreakers, watchOf } from './many-breakers.ts'

const opened: { browser: Browser } | { missing: string } = await openChromium().then(
  (browser) => ({ browser }),
  (error: Error) => ({ missing: error.message.split('\n', 1)[0] ?? '' }),
)
const testInBrowser = testThatNeeds('missing' in opened ? opened.missing : undefined)

/** A run whose process says what a test tells it to. */
function toldRun() {
  let end = Promise.withResolvers<void>()
  const told = { tell: (_: RunMessage): void => {}, aborted: 0, end: () => end.resolve() }
  const list = async () => [
    { name: 'reviews-ejection', hypothesis: 'A replica of reviews that fails 5 times in a row gets no request for 30 s.' },
    { name: 'reviews-pool', hypothesis: 'A caller has at most 8 requests under way to reviews; the rest is refused at once.' },
  ]
  const all = runs(list, (_, tell) => {
    end = Promise.withResolvers()
    told.tell = tell
    return { abort: () => void told.aborted++, ended: end.promise }
  })
  return { told, experiments: { list, ...all } }
}

const check = (name: string, passed: boolean, doubt?: string) => ({
  name,
  expected: 5,
  actual: passed ? 5 : 60,
  passed,
  ...(doubt && { doubt }),
})
const told = toldRun()
let served: ServedConsole
beforeAll(async () => {
  if ('missing' in opened) return
  served = await serveConsole(opened.browser, { experiments: told.experiments, breakers: async () => watchOf(manyBreakers) })
})
afterAll(async () => {
  if ('missing' in opened) return
  told.told.end()
  await served.close()
  await opened.browser.close()
})

testInBrowser('an experiment is run by a click, its checks turn as they are measured, with the control beside them', async () => {
  const page = await served.open('#/experiments')
  await page.getByRole('button', { name: 'Run reviews-ejection' }).click()
  await page.locator('.run h2', { hasText: 'running' }).waitFor()
  expect(await page.getByRole('button', { name: 'Run reviews-pool' }).isDisabled()).toBe(true)
  const { tell } = told.told
  tell({ kind: 'begun', name: 'reviews-ejection', hypothesis: 'It holds.', change: 'outlierDetection removed' })
  tell({ kind: 'phase', phase: 'steady state' })
  tell({ kind: 'checks', of: 'steady state', checks: [check('all replicas answer', false)] })
  await page.locator('.check-list [data-outcome=fails]', { hasText: 'all replicas answer' }).waitFor()
  tell({ kind: 'checks', of: 'steady state', checks: [check('all replicas answer', true)] })
  await page.locator('.check-list [data-outcome=holds]', { hasText: 'all replicas answer' }).waitFor()
  tell({ kind: 'phase', phase: 'observation' })
  tell({ kind: 'event', of: 'observation', event: { atMs: 4_200, what: 'fault injected' } })
  await page.locator('.steps [aria-current=step]', { hasText: 'observation' }).waitFor()
  tell({
    kind: 'checks',
    of: 'observation',
    checks: [check('failures until the ejection', true), check('return', false, 'the machine was too slow')],
  })
  await page.locator('.compared tr', { hasText: 'return' }).locator('[data-of="with the rule"][data-outcome=open]').waitFor()
  tell({ kind: 'phase', phase: 'negative control' })
  tell({ kind: 'checks', of: 'negative control', checks: [check('failures until the ejection', false)] })
  tell({ kind: 'control', failedAsItMust: true })
  await page.getByText('failed, as it must').waitFor()
  await page
    .locator('.compared tr', { hasText: 'failures until the ejection' })
    .locator('[data-of="without it"][data-outcome=fails]', { hasText: '60' })
    .waitFor()
  tell({ kind: 'ended', name: 'reviews-ejection', verdict: 'inconclusive', reason: 'the machine was too slow', durationMs: 9, remains: [] })
  await page.locator('.run .badge', { hasText: 'inconclusive' }).waitFor()
  told.told.end()
  await page.getByRole('link', { name: 'Open the report' }).waitFor()
  expect(served.errors).toEqual([])
  await page.close()
})

describe.each<[string, OpenOptions]>([
  ['wide-light', { screen: 'wide', colorScheme: 'light' }],
  ['phone-dark', { screen: 'phone', colorScheme: 'dark' }],
])('%s', (name, options) => {
  testInBrowser('can be read by everybody', async () => {
    const page = await served.open('#/experiments', options)
    await page.locator('.run .badge', { hasText: 'inconclusive' }).waitFor()
    await page.locator('.experiment').first().waitFor()
    await expectNothingBesideTheScreen(page)
    await mkdir('out', { recursive: true })
    await page.screenshot({ path: `out/console-experiments-${name}.png`, fullPage: true })
    expect(await accessibilityFaults(page)).toEqual([])
    await page.close()
  })
})

testInBrowser('a run is ended by a click, which puts everything back', async () => {
  const page = await served.open('#/experiments')
  await page.getByRole('button', { name: 'Run reviews-pool' }).click()
  await page.getByRole('button', { name: 'Abort' }).click()
  await page.locator('.run .badge', { hasText: 'putting everything back' }).waitFor()
  expect(told.told.aborted).toBe(1)
  told.told.tell({ kind: 'ended', name: 'reviews-pool', verdict: 'aborted', durationMs: 9, remains: ['a fault in reviews-v1-0'] })
  told.told.end()
  await page.getByText('Still broken: a fault in reviews-v1-0').waitFor()
  await page.close()
})

testInBrowser('without the token the page only looks', async () => {
  const page = await served.open('#/experiments')
  await page.evaluate('sessionStorage.clear()')
  await page.reload()
  await page.getByText('only looking').waitFor()
  expect(await page.getByRole('button', { name: 'Run reviews-pool' }).isDisabled()).toBe(true)
  const status = await page.evaluate(
    `fetch('/api/experiments/start', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"reviews-pool"}' }).then(({ status }) => status)`,
  )
  expect(status).toBe(401)
  await page.close()
})
