import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { runProcess } from '../../../run-process.ts'

const repository = fileURLToPath(new URL('../../../..', import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'breakwater a '))
afterAll(() => rm(folder, { recursive: true }))

const ended = (file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  runProcess(file, args, { cwd: folder, env: { BREAKWATER_LOCAL_DIR: join(folder, 'local'), KAFKA_BROKERS: '', ...env } })
const breakwater = (...args: string[]) => ended(join(repository, 'scripts/breakwater'), args)

test('without a word it prints the map, and what each exit code means', async () => {
  const { code, out, err } = await breakwater()
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/Start here:[\s\S]*Break it, measure it:[\s\S]*Exit codes:/)
  expect((await breakwater('--help')).out).toBe(out)
})

// The others are in test/unit/scripts/commands/usage.test.ts, without a process for each.
test.each([
  [['exprimnt'], "unknown command 'exprimnt' (Did you mean experiment?)"],
  [['logs', '--lines', 'many'], "option '-n, --lines <number>' argument 'many' is invalid. It must be a whole number from 0 on."],
  [['experiment', 'run', 'httpbin-pol'], "there is no experiment 'httpbin-pol' (did you mean 'httpbin-pool'?)"],
])('%j is wrong usage: one line, exit code 2', async (args, line) => {
  const { code, out, err } = await breakwater(...args)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toContain(line)
  expect(err.trimEnd().split('\n')).toHaveLength(1)
})

test.each([[['status']], [['events', 'verify']], [['logs']]])(
  '%j without a shop: exit code 2 and the line that starts one',
  async (args) => {
    const { code, out, err } = await breakwater(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/make up/)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  },
)

test('before make setup, in a path with blanks, called through a link: one line that says what to do', async () => {
  const project = join(folder, 'the project')
  await mkdir(join(project, 'scripts'), { recursive: true })
  await cp(join(repository, 'scripts/breakwater'), join(project, 'scripts/breakwater'))
  await symlink('the project/scripts/breakwater', join(folder, 'breakwater'))
  expect(await ended(join(folder, 'breakwater'), ['up'])).toEqual({
    code: 2,
    out: '',
    err: 'breakwater: its packages are not installed yet; install them with: make setup\n',
  })
})

test('it runs under the Node of the project, whichever the system has', async () => {
  const old = join(folder, 'old')
  await mkdir(old)
  await writeFile(join(old, 'node'), '#!/bin/sh\necho old >&2\nexit 9\n', { mode: 0o755 })
  expect(await ended(join(repository, 'scripts/breakwater'), ['--help'], { PATH: `${old}:/usr/bin:/bin` })).toMatchObject({
    code: 0,
    err: '',
  })
})
