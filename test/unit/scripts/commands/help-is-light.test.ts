import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const repository = fileURLToPath(new URL('../../../..', import.meta.url))
const recorder = fileURLToPath(new URL('loaded-modules.mjs', import.meta.url))

/** Modules that `scripts/breakwater.ts` loads for these words, from the root of the repository. */
function loadedFor(...words: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'breakwater-modules-'))
  const file = join(folder, 'modules')
  const args = ['--import', recorder, join(repository, 'scripts/breakwater.ts'), ...words]
  spawnSync(process.execPath, args, { env: { ...process.env, LOADED_MODULES: file, BREAKWATER_LOCAL_DIR: folder } })
  const modules = readFileSync(file, 'utf8').trim().split('\n')
  rmSync(folder, { recursive: true })
  return modules.filter((url) => !url.endsWith('loaded-modules.mjs')).map((url) => fileURLToPath(url).slice(repository.length))
}

/** What a command says of itself, and commander: what it does is loaded when it runs. */
const light = /^(scripts\/breakwater\.ts|scripts\/(commands|cli)\/[a-z-]+\.ts|node_modules\/commander\/.+)$/

test('the help loads descriptions and nothing of what commands do', () => {
  const modules = loadedFor('--help')
  expect(modules.filter((module) => !light.test(module))).toEqual([])
  expect(modules).toContain('scripts/commands/program.ts')
  // Each module of ours costs about two milliseconds to strip of its types.
  expect(modules.filter((module) => module.startsWith('scripts/')).length).toBeLessThanOrEqual(16)
})

test('what a command does is seen by the same means', () => {
  expect(loadedFor('logs')).toContain('scripts/local/commands/logs.ts')
})
