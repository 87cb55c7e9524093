import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { command } from '../../../command.ts'
import { quickStart } from '../../../quick-start.ts'

const main = fileURLToPath(new URL('../../../../scripts/breakwater.ts', import.meta.url))

test('a console answers without a shop, says that there is none, and ends in order while somebody looks', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-console-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const child = spawn(process.execPath, [main, 'console'], {
    env: { ...process.env, ...quickStart, BREAKWATER_LOCAL_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const console = command(child)
  await console.says(/Console: \S+\n/)
  const [, url = '', token = ''] = /Console: (\S+)\/#token=(\S+)/.exec(console.said()) ?? []

  expect((await fetch(url)).status).toBe(200)
  expect(await readdir(folder)).toEqual(['console-token'])
  expect((await stat(join(folder, 'console-token'))).mode & 0o777).toBe(0o600)
  expect(await (await fetch(`${url}/api/wall`)).text()).toContain(
    'event: failure\ndata: {"error":"no shop runs here; start it with: make up"}',
  )
  const asked = (headers: Record<string, string>) =>
    fetch(`${url}/api/experiments/abort`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{}' })
  expect((await asked({})).status).toBe(401)
  expect((await asked({ 'x-breakwater-token': token })).status).toBe(200)

  const looking = await fetch(`${url}/api/experiments/run`)
  const read = looking.text()
  child.kill('SIGINT')
  expect(await console.end()).toBe(0)
  expect(await read).toContain('data: {}')
})
