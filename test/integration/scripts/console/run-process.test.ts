import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { RunMessage } from '../../../../scripts/console/experiments/run-state.ts'
import { runProcess } from '../../../../scripts/console/run-process.ts'

test('a run is a process of its own, which says why it cannot begin, and ends', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-console-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  vi.stubEnv('BREAKWATER_LOCAL_DIR', folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  const told: RunMessage[] = []
  await runProcess('local', folder)('catalog-ejection', (message) => told.push(message)).ended
  expect(told).toEqual([{ kind: 'error', reason: 'no shop runs here; start it with: make up' }])
})
