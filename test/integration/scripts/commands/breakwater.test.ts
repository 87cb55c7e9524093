import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const repository = fileURLToPath(new URL('../../../..', import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'breakwater a '))
afterAll(() => rm(folder, { recursive: true }))

const ended = (file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd: folder, env: { ...process.env, BREAKWATER_LOCAL_DIR: join(folder, 'local'), KAFKA_BROKERS: '', ...env } }
    const child = execFile(file, args, options, (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }))
  })
const breakwater = (...args: string[]) => ended(join(repository, 'scripts/breakwater'), args)

test('without a word it prints the map, and what each exit code means', async () => {
  const { code, stdout, stderr } = await breakwater()
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/Start here:[\s\S]*Break it, measure it:[\s\S]*Exit codes:/)
  expect((await breakwater('--help')).stdout).toBe(stdout)
})

// The others are in test/unit/scripts/commands/usage.test.ts, without a process for each.
test.each([
  [['exprimnt'], "unknown command 'exprimnt' (Did you mean experiment?)"],
  [['logs', '--lines', 'many'], "option '-n, --lines <number>' argument 'many' is invalid. It must be a whole number from 0 on."],
  [['experiment', 'run', 'httpbin-pol'], "there is no experiment 'httpbin-pol' (did you mean 'httpbin-pool'?)"],
])('%j is wrong usage: one line, exit code 2', async (args, line) => {
  const { code, stdout, stderr } = await breakwater(...args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(line)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})

test.each([[['status']], [['events', 'verify']], [['logs']]])(
  '%j without a shop: exit code 2 and the line that starts one',
  async (args) => {
    const { code, stdout, stderr } = await breakwater(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/make up/)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  },
)

test('before make setup, in a path with blanks, called through a link: one line that says what to do', async () => {
  const project = join(folder, 'the project')
  await mkdir(join(project, 'scripts'), { recursive: true })
  await cp(join(repository, 'scripts/breakwater'), join(project, 'scripts/breakwater'))
  await symlink('the project/scripts/breakwater', join(folder, 'breakwater'))
  expect(await ended(join(folder, 'breakwater'), ['up'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'breakwater: its packages are not installed yet; install them with: make setup\n',
  })
})

test('it runs under the Node of the project, whichever the system has', async () => {
  const old = join(folder, 'old')
  await mkdir(old)
  await writeFile(join(old, 'node'), '#!/bin/sh\necho old >&2\nexit 9\n', { mode: 0o755 })
  expect(await ended(join(repository, 'scripts/breakwater'), ['--help'], { PATH: `${old}:/usr/bin:/bin` })).toMatchObject({
    code: 0,
    stderr: '',
  })
})
