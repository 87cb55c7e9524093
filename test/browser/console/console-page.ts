import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { ConsoleContext } from '../../../scripts/console/context.ts'
import { pageFiles } from '../../../scripts/console/page-bundle.ts'
import { get } from '../../../scripts/console/server/route.ts'
import { createServer } from '../../../scripts/console/server/server.ts'
import { views } from '../../../scripts/console/views.ts'

export const screens = { wide: { width: 1400, height: 900 }, phone: { width: 390, height: 844 } } as const

export interface OpenOptions {
  readonly screen?: keyof typeof screens
  readonly colorScheme?: 'light' | 'dark'
}

/** A console in front of a shop that is not there. */
export interface ServedConsole {
  /** A page at this place, e.g. `#/orders`; what its console logs as errors is in `errors`. */
  open(hash: string, options?: OpenOptions): Promise<Page>
  readonly errors: string[]
  close(): Promise<void>
}

const token = 'test-token'

/** @param context what the views ask for; whoever asks for more fails */
export async function serveConsole(browser: Browser, context: Partial<ConsoleContext>): Promise<ServedConsole> {
  const ending = new AbortController()
  const whole = { targetName: 'local', mayAct: true, end: ending.signal, ...context } as ConsoleContext
  const server = createServer({
    routes: [get('/about', async () => ({ target: 'local', mayAct: true })), ...views.flatMap((view) => view(whole))],
    page: await pageFiles(),
    token,
    mayAct: true,
    end: ending.signal,
  })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  const errors: string[] = []
  return {
    errors,
    open: async (hash, { screen = 'wide', colorScheme = 'light' } = {}) => {
      const page = await browser.newPage({ viewport: screens[screen], colorScheme })
      page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())))
      page.on('pageerror', (error) => void errors.push(error.message))
      await page.goto(`${url}/#token=${token}&${hash.slice(1)}`)
      return page
    },
    close: async () => {
      ending.abort()
      await server.close()
    },
  }
}

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong, a line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] }>(
    'axe.run(document)',
  )
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`))
}

/** Nothing is wider than the screen. */
export async function expectNothingBesideTheScreen(page: Page): Promise<void> {
  const [width, screen] = await page.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]')
  expect(width).toBeLessThanOrEqual(screen)
}
