import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Supervised, supervise } from '../../../../../scripts/local/processes/supervise.ts'

const soon = { timeout: 5_000, interval: 10 }
const crashes: string[] = []
let sleeper: Supervised
let ready = true
let probes = 0

beforeEach(async () => {
  crashes.length = 0
  ready = true
  sleeper = supervise(
    {
      name: 'sleeper-0/app',
      launch: async () => ({ command: 'sleep', args: ['60'], env: { PATH: process.env.PATH ?? '' }, cwd: '/' }),
      probe: async () => {
        probes += 1
        return ready ? { ready } : { ready, why: 'asleep' }
      },
      stopWithinMs: 5_000,
    },
    { mark: () => ({}), onLines: () => {}, onChange: () => {}, onCrash: (line) => void crashes.push(line) },
  )
  await sleeper.ready
})
afterEach(() => sleeper.stop())

/** `T` is stopped by a signal. */
const kernelStateOf = (pid: number | undefined): string | undefined =>
  /^\d+ \(.*\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]

test.skipIf(process.platform !== 'linux')('a paused process stands still until it is resumed, and is the same', async () => {
  const before = sleeper.pid()
  expect(sleeper.pause()).toBe(true)
  expect(sleeper.status()).toBe('paused')
  await expect.poll(() => kernelStateOf(before), soon).toBe('T')
  sleeper.resume()
  await expect.poll(() => kernelStateOf(before), soon).toBe('S')
  await expect.poll(() => sleeper.status(), soon).toBe('ready')
  expect([sleeper.pid(), sleeper.restarts(), crashes]).toEqual([before, 0, []])
})

test('nobody asks a paused process whether it is ready, and nobody calls it so', async () => {
  ready = false
  sleeper.restart()
  // Asked ten times a second while it starts.
  await expect.poll(() => sleeper.why(), soon).toBe('asleep')
  sleeper.pause()
  ready = true
  const before = probes
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect([sleeper.status(), probes]).toEqual(['paused', before])
  sleeper.resume()
  await expect.poll(() => sleeper.status(), soon).toBe('ready')
})

test('a killed process is gone when that is said, and started again as after a crash', async () => {
  const before = sleeper.pid()
  await expect(sleeper.kill({ hold: false })).resolves.toBe(true)
  expect(() => process.kill(before ?? 0, 0)).toThrow('ESRCH')
  await expect.poll(() => sleeper.status(), soon).toBe('ready')
  expect(sleeper.pid()).not.toBe(before)
  expect(crashes).toEqual(['sleeper-0/app was ended by SIGKILL; it is started again in 0.2 s'])
})

test('a process that is held down is not started again until it is resumed', async () => {
  await sleeper.kill({ hold: true })
  expect(sleeper.status()).toBe('held')
  // Longer than the back-off of a crash.
  await new Promise((resolve) => setTimeout(resolve, 600))
  expect([sleeper.status(), sleeper.pid()]).toEqual(['held', undefined])
  expect(sleeper.pause()).toBe(false)
  await expect(sleeper.kill({ hold: false })).resolves.toBe(false)
  sleeper.resume()
  await expect.poll(() => sleeper.status(), soon).toBe('ready')
  expect([sleeper.restarts(), crashes]).toEqual([1, ['sleeper-0/app was ended by SIGKILL; it is held down until it is resumed']])
})

test('one that has crashed and waits for its next start can be held, too', async () => {
  process.kill(sleeper.pid() ?? 0, 'SIGKILL')
  await expect.poll(() => sleeper.status(), soon).toBe('restarting')
  await expect(sleeper.kill({ hold: true })).resolves.toBe(false)
  await new Promise((resolve) => setTimeout(resolve, 600))
  expect([sleeper.status(), sleeper.pid()]).toEqual(['held', undefined])
})

test('resumed before it is gone, it is started again without a back-off', async () => {
  const killed = sleeper.kill({ hold: true })
  sleeper.resume()
  await killed
  await expect.poll(() => sleeper.status(), soon).toBe('ready')
  expect(crashes).toEqual([])
})

test.each(['paused', 'held'] as const)('a restart starts one that is %s', async (how) => {
  const before = sleeper.pid()
  if (how === 'paused') sleeper.pause()
  else await sleeper.kill({ hold: true })
  sleeper.restart()
  await expect.poll(() => [sleeper.status(), sleeper.pid() === before], soon).toEqual(['ready', false])
  expect(sleeper.restarts()).toBe(1)
})

test.each(['paused', 'held'] as const)('a stop ends one that is %s', async (how) => {
  const before = sleeper.pid() ?? 0
  if (how === 'paused') sleeper.pause()
  else await sleeper.kill({ hold: true })
  await sleeper.stop()
  expect(sleeper.status()).toBe('stopped')
  expect(() => process.kill(before, 0)).toThrow('ESRCH')
})

test('the signals for it pause and resume; there is nothing to resume in one that runs', () => {
  expect([sleeper.signal('SIGSTOP'), sleeper.status()]).toEqual([true, 'paused'])
  expect([sleeper.signal('SIGCONT'), sleeper.status()]).toEqual([true, 'starting'])
  sleeper.resume()
  expect(sleeper.status()).not.toBe('paused')
})
