import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { runVariable } from '../mark-run.ts'

const script = fileURLToPath(new URL('../reap-run.ts', import.meta.url))

const start = (file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess => {
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'ignore', 'ignore'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

test('when a run has ended its processes end, others stay', async () => {
  const mark = `${process.pid}-of-a-test`
  const marked = start('sleep', ['300'], { [runVariable]: mark })
  const ofAnother = start('sleep', ['300'], { [runVariable]: `${mark}-2` })
  const reaper = start(process.execPath, [script, mark])
  await new Promise((done) => setTimeout(done, 1_000))
  expect([marked.signalCode, reaper.exitCode], 'the run goes on').toEqual([null, null])

  const ended = once(marked, 'exit')
  reaper.stdin?.end()
  expect(await once(reaper, 'exit')).toEqual([0, null])
  await ended
  expect([marked.signalCode, ofAnother.signalCode, ofAnother.exitCode]).toEqual(['SIGTERM', null, null])
})

test('this run is marked', () => {
  expect(process.env[runVariable]).toMatch(/^\d+-\d+$/)
})
