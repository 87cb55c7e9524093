import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { reasonOf, startPostgres } from './real-postgres.ts'

let programs: string
beforeEach(async () => {
  programs = await mkdtemp(join(tmpdir(), 'breakwater-programs-'))
  for (const name of ['initdb', 'postgres']) {
    const words = 'initdb: error: could not look up effective user ID 4711: user does not exist'
    await writeFile(join(programs, name), `#!/bin/sh\necho '${words}' >&2\nexit 1\n`)
    await chmod(join(programs, name), 0o755)
  }
  await chmod(programs, 0o755)
  vi.stubEnv('PATH', `${programs}:${process.env.PATH}`)
  vi.stubEnv('POSTGRES_URL', '')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  await rm(programs, { recursive: true })
})

test('who cannot run PostgreSQL, as a user without an entry in passwd, is told why its tests are skipped', async () => {
  vi.stubEnv('REQUIRE_ALL', '')
  const warned = vi.spyOn(console, 'warn').mockReturnValue()
  const postgres = await startPostgres()
  expect(reasonOf(postgres)).toMatch(/skipped: .*initdb does not work for user \d+: .*user ID 4711: user does not exist/)
  expect(warned).toHaveBeenCalledWith(expect.stringContaining('user ID 4711'))
})

test('where everything is required, a skip is a failure', async () => {
  vi.stubEnv('REQUIRE_ALL', '1')
  await expect(startPostgres()).rejects.toThrow(/need a PostgreSQL server: .*user ID 4711/)
})
