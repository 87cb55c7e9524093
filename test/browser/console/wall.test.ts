import { mkdir } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, describe, expect } from 'vitest'
import type { Instance } from '../../../mesh/envoy/input.ts'
import { breakerWatch } from '../../../scripts/breaker-watch/breaker-watch.ts'
import { adminReader } from '../../../scripts/breaker-watch/proxy-reader.ts'
import { envoyAdmin } from '../../../scripts/envoy-admin/admin.ts'
import { openChromium } from '../../../scripts/experiments/chromium.ts'
import { call } from '../../integration/mesh/envoy/call.ts'
import { localManifests } from '../../integration/mesh/envoy/local-manifests.ts'
import { startSidecar } from '../../integration/mesh/envoy/sidecar.ts'
import { startUpstream, type Upstream } from '../../integration/mesh/envoy/upstream.ts'
import { testThatNeeds } from '../../integration/test-that-needs.ts'
import { accessibilityFaults, expectNothingBesideTheScreen, type OpenOptions, type ServedConsole, serveConsole } from './console-page.ts'
import { manyBreakers, watchOf } from './many-breakers.ts'

const opened: { browser: Browser } | { missing: string } = await openChromium().then(
  (browser) => ({ browser }),
  (error: Error) => ({ missing: error.message.split('\n', 1)[0] ?? '' }),
)
const testInBrowser = testThatNeeds('missing' in opened ? opened.missing : undefined)
const closing: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const close of closing) await close()
  if ('browser' in opened) await opened.browser.close()
})

async function served(watch: ReturnType<typeof breakerWatch>): Promise<ServedConsole> {
  if ('missing' in opened) throw new Error(opened.missing)
  const console = await serveConsole(opened.browser, { breakers: async () => watch })
  closing.push(console.close)
  return console
}

const tile = (page: Page, host: string) => page.locator(`.tile[data-host="${host}"]`)

describe.each<[string, OpenOptions]>([
  ['wide-light', { screen: 'wide', colorScheme: 'light' }],
  ['phone-dark', { screen: 'phone', colorScheme: 'dark' }],
])('%s', (name, options) => {
  testInBrowser('every state can be read by everybody', async () => {
    const console = await served(watchOf(manyBreakers))
    const page = await console.open('#/wall', options)
    await page.waitForSelector('.tile.ejected')
    await page.waitForTimeout(700)
    await expectNothingBesideTheScreen(page)
    await mkdir('out', { recursive: true })
    await page.screenshot({ path: `out/console-wall-${name}.png`, fullPage: true })
    expect(await accessibilityFaults(page)).toEqual([])
    expect(console.errors).toEqual([])
    await page.close()
  })
})

testInBrowser('each tile says what its breaker is, and the first line what is worst', async () => {
  const page = await (await served(watchOf(manyBreakers))).open('#/wall')
  await page.waitForSelector('.tile')
  expect(await page.locator('.headline').innerText()).toBe(
    '✕ reviews-v2-0 is ejected by productpage-v1-6c5d8f8b9-kk2lm; one pool refuses requests',
  )
  expect(await tile(page, 'reviews-v2-0').innerText()).toMatch(
    /ejected\s+returns in 1[78] s\s+consecutive 5xx\s+1,204 requests, 5 failed, ejected once/,
  )
  expect(await tile(page, 'reviews-v1-0').innerText()).toMatch(/closed[\s\S]*●●○○○ 2 of 5 failures in a row/)
  expect(await tile(page, 'ratings pool').first().innerText()).toMatch(/overflow[\s\S]*rq pending open\s+1,840 refused/)
  // Not at once: an answer may be slow.
  expect(await page.getByText('its proxy does not answer').count()).toBe(0)
  await page.getByText('its proxy does not answer').waitFor()
  // What has no breaker is folded.
  expect(await page.locator('.destination').count()).toBe(2)
  await page.getByText('One destination has no rule that ejects: tracing').click()
  await tile(page, '10.244.0.190:4318').waitFor()
  // What nobody uses is shown when it is asked for.
  expect(await page.locator('.destination').count()).toBe(3)
  await page.getByRole('button', { name: /Show 1 pair/ }).click()
  await expect.poll(() => page.locator('.destination').count()).toBe(4)
  await page.close()
})

const replicas = (upstreams: readonly Upstream[]): Instance[] =>
  upstreams.map(({ port }, replica) => ({ workload: 'catalog', replica, host: '127.0.0.1', inboundPort: port }))

testInBrowser('a breaker of a real Envoy that trips turns its tile within a second, and back when it has closed', async () => {
  let broken = false
  await using bad = await startUpstream((_, response) => void response.writeHead(broken ? 500 : 200).end())
  await using good = await startUpstream((_, response) => void response.end())
  await using better = await startUpstream((_, response) => void response.end())
  const upstreams = [bad, good, better]
  await using sidecar = await startSidecar({ workload: 'gateway', manifests: localManifests(), instances: replicas(upstreams) })
  const gateway = { namespace: 'breakwater', workload: 'gateway', name: 'gateway-0' }
  const console = await served(
    breakerWatch({
      proxies: async () => [gateway],
      reader: () => adminReader(envoyAdmin('the proxy', () => sidecar.adminPort)),
      hostNames: async () => new Map(upstreams.map(({ port }, replica) => [`127.0.0.1:${port}`, `catalog-${replica}`])),
    }),
  )
  for (let count = 0; count < 9; count++) await call(sidecar.outboundPort, 'catalog')
  const page = await console.open('#/wall')
  await page.waitForSelector('.tile.closed[data-host="catalog-0"]')
  expect(await page.locator('.headline').innerText()).toMatch(/All \d+ breakers are closed/)
  await page.waitForTimeout(1_000)

  broken = true
  const ejections = () => sidecar.stat('cluster.outbound|80||catalog.breakwater.svc.cluster.local;.outlier_detection.ejections_active')
  while ((await ejections()) === 0) await call(sidecar.outboundPort, 'catalog')
  const ejectedAt = performance.now()
  await page.waitForSelector('.tile.ejected[data-host="catalog-0"]', { timeout: 1_000 })
  const turnedAfterMs = performance.now() - ejectedAt
  expect(turnedAfterMs).toBeLessThan(1_000)
  expect(await tile(page, 'catalog-0').innerText()).toMatch(/returns in [1-5] s/)
  expect(await page.locator('.headline').innerText()).toContain('catalog-0 is ejected by gateway-0')

  broken = false
  while ((await ejections()) === 1) await call(sidecar.outboundPort, 'catalog')
  for (let count = 0; count < 9; count++) await call(sidecar.outboundPort, 'catalog')
  await page.waitForSelector('.tile.closed[data-host="catalog-0"]', { timeout: 3_000 })
  expect(await page.locator('.breaker-changes').innerText()).toMatch(/catalog-0 closed → ✕ ejected consecutive 5xx/)
  expect(console.errors).toEqual([])
  await page.close()
})
