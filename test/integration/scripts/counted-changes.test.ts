import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { command } from '../../command.ts'

const repository = fileURLToPath(new URL('../../..', import.meta.url))

const start = (env: NodeJS.ProcessEnv) =>
  command(spawn(process.execPath, ['scripts/counted-changes/main.ts'], { cwd: repository, env, stdio: ['ignore', 'pipe', 'pipe'] }))

test('a new service and a new workload take the counted pieces; each is named when it is missing', { timeout: 300_000 }, async () => {
  const run = start(process.env)
  expect(await run.end(), run.said()).toBe(0)
  expect(run.said()).toMatch(/^a service is 5 pieces and a workload 4; each is named when it is missing, and no other code is edited\.\n$/)
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s: the copy is taken away, and no process goes on with it', async (signal) => {
  const temporary = await mkdtemp(join(tmpdir(), 'breakwater-interrupted-'))
  try {
    const run = start({ ...process.env, TMPDIR: temporary })
    // The compiler's: it works now, and would write into the folder in the end.
    await expect.poll(() => globSync(join(temporary, '*/tsconfig.entries.json')), { timeout: 60_000 }).toHaveLength(1)
    await delay(500)
    run.process.kill(signal)
    expect(await run.end(), run.said()).toBe(130)
    expect(await readdir(temporary)).toEqual([])
    await delay(3_000)
    expect(await readdir(temporary), 'three seconds later').toEqual([])
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
})
