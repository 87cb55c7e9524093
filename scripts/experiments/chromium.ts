import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/**
 * The machine's own Chromium or Chrome, without a window; CHROMIUM names another program.
 * @throws Error when there is none, or it does not start
 */
export async function openChromium(): Promise<Browser> {
  // Its sandbox refuses root, who alone is in most containers.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath: await program(process.env.CHROMIUM), args: ['--hide-scrollbars', ...sandbox] })
}

async function program(named: string | undefined): Promise<string> {
  if (named?.includes('/')) return named
  const candidates = (named ? [named] : names).flatMap((name) =>
    (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)),
  )
  for (const file of candidates) {
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file
  }
  throw new Error(`no ${named ?? 'Chromium or Chrome'} on PATH`)
}
