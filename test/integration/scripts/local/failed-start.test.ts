import { rename } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { identify } from '../../../../scripts/local/processes/process-identity.ts'
import { exitOf, pidsOf, type TinyShop, tinyShop } from './tiny-shop.ts'

let shop: TinyShop | undefined
const names = (of: TinyShop): string[] =>
  of
    .processes()
    .map(({ name }) => name)
    .toSorted()
afterEach(() => shop?.remove())

test('an app that crashes again and again fails the start with its own last words, and nothing stays', async () => {
  shop = await tinyShop({ ready: 'crash' })
  const { code, err } = await shop.runAsProcess('up')
  expect(code).toBe(1)
  expect(err).toMatch(/^gateway-0\/app ended with 3, 5 times\.\n {2}\| .*gateway-0 .*the wheel is off/)
  await expect(shop.state()).resolves.toBeUndefined()
  await expect(shop.run('down')).resolves.toMatchObject({ out: 'Breakwater does not run.\n' })
})

test('Ctrl-C while it starts stops everything', async () => {
  const starting = await tinyShop({ ready: 'never' })
  shop = starting
  const up = starting.start('up')
  await expect.poll(async () => (await starting.state())?.replicas[0]?.app.pid, { timeout: 60_000 }).toBeDefined()
  const state = await starting.state()
  const pids = state ? pidsOf(state) : []
  expect(pids.length).toBeGreaterThanOrEqual(3)
  up.kill('SIGINT')
  await expect(exitOf(up)).resolves.toBe(130)
  expect(pids.filter((pid) => identify(pid))).toEqual([])
  await expect(starting.state()).resolves.toBeUndefined()
})

test('a supervisor that is killed while it starts ends up at once, which says what is left; down finds it without any file', async () => {
  const starting = await tinyShop({ ready: 'never' })
  shop = starting
  const up = starting.runAsProcess('up')
  await expect
    .poll(() => names(starting), { timeout: 60_000 })
    .toEqual(['gateway-0/app', 'gateway-0/sidecar', 'kafka/broker', 'supervisor', 'telemetry/collector'])
  const [supervisor] = starting.processes()
  process.kill(supervisor?.pid ?? 0, 'SIGKILL')
  const { code, err } = await up
  expect({ code, err }).toEqual({ code: 1, err: 'The supervisor was ended by SIGKILL and left 4 processes. End them: make down\n' })
  await rename(starting.folder, `${starting.folder}.gone`)
  await expect(starting.run('down')).resolves.toMatchObject({ out: expect.stringMatching(/^Ended what a killed supervisor had left: /) })
  expect(starting.processes()).toEqual([])
})

test('a supervisor that hangs without its files is found and ended', async () => {
  const starting = await tinyShop({ ready: 'never' })
  shop = starting
  const up = starting.runAsProcess('up')
  await expect.poll(() => names(starting), { timeout: 60_000 }).toContain('gateway-0/sidecar')
  const [supervisor] = starting.processes()
  process.kill(supervisor?.pid ?? 0, 'SIGSTOP')
  await rename(starting.folder, `${starting.folder}.gone`)
  expect((await starting.run('status')).err).toMatch(/^A supervisor runs \(pid \d+, \d processes of the shop\) and does not answer/)
  expect((await starting.run('down')).out).toMatch(/^stopping the supervisor \(pid \d+\)[\s\S]*Breakwater is stopped\.\n$/)
  expect(starting.processes()).toEqual([])
  expect((await up).code).toBe(1)
})

test('a shop whose folder is removed stops in order and says why', async () => {
  const starting = await tinyShop({ ready: 'never' })
  shop = starting
  const up = starting.runAsProcess('up')
  await expect.poll(() => names(starting), { timeout: 60_000 }).toContain('gateway-0/sidecar')
  await rename(starting.folder, `${starting.folder}.gone`)
  await expect(up).resolves.toMatchObject({ code: 1, err: expect.stringMatching(/ was removed( while the shop ran)?\.\n$/) })
  expect(starting.processes()).toEqual([])
})
