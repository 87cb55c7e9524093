import { exec } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** As a test it computes while others wait for processes; `make check` runs it by itself. */
test('types fit', { timeout: 300_000 }, async () => {
  const said = await new Promise<string>((resolve) =>
    exec('npm run -s types', { cwd: repository }, (error, stdout, stderr) => resolve(error ? `${stdout}${stderr}` || error.message : '')),
  )
  expect(said).toBe('')
})
