import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { command } from '../../command.ts'

const repository = fileURLToPath(new URL('../../..', import.meta.url))

test('a new service and a new workload take the counted pieces; each is named when it is missing', { timeout: 300_000 }, async () => {
  const run = command(spawn(process.execPath, ['scripts/counted-changes/main.ts'], { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] }))
  expect(await run.end(), run.said()).toBe(0)
  expect(run.said()).toMatch(/^a service is 5 pieces and a workload 4; each is named when it is missing, and no other code is edited\.\n$/)
})
