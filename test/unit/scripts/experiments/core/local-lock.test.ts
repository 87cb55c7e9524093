import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockFile } from '../../../../../scripts/experiments/core/local-lock.ts'
import { AnotherRun } from '../../../../../scripts/experiments/core/run-lock.ts'

let directory: string
let file: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lock-'))
  file = join(directory, 'run', 'experiments.lock')
})
afterEach(() => rm(directory, { recursive: true }))

test('a second run is refused and told whose the first is; after its release it is not', async () => {
  const lock = await lockFile(file)
  const refused = lockFile(file)
  await expect(refused).rejects.toThrow(AnotherRun)
  await expect(refused).rejects.toThrow(`pid ${process.pid}`)
  await lock.release()
  await (await lockFile(file)).release()
})

test('of many that begin at once one runs', async () => {
  const begun = await Promise.allSettled(Array.from({ length: 8 }, () => lockFile(file)))
  const locks = begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  expect(locks).toHaveLength(1)
  await locks[0]?.release()
})

test('a run that is killed holds nothing any more', { timeout: 30_000 }, async () => {
  const module = fileURLToPath(new URL('../../../../../scripts/experiments/core/local-lock.ts', import.meta.url))
  const code = `const { lockFile } = await import(${JSON.stringify(module)}); const lock = await lockFile(${JSON.stringify(file)}); console.log('held'); setInterval(() => lock, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  await expect(lockFile(file)).rejects.toThrow(`pid ${child.pid}`)
  child.kill('SIGKILL')
  await once(child, 'close')
  await (await lockFile(file)).release()
})
