import { afterEach, expect, test } from 'vitest'
import { identify } from '../../../../scripts/local/processes/process-identity.ts'
import { exitOf, pidsOf, type TinyShop, tinyShop } from './tiny-shop.ts'

let shop: TinyShop | undefined
afterEach(() => shop?.remove())

test('an app that crashes again and again fails the start with its own last words, and nothing stays', async () => {
  shop = await tinyShop({ ready: 'crash' })
  const { code, stderr } = await shop.run('up')
  expect(code).toBe(1)
  expect(stderr).toMatch(/^gateway-0\/app ended with 3, 5 times\.\n {2}\| .*gateway-0 .*the wheel is off/)
  await expect(shop.state()).resolves.toBeUndefined()
  await expect(shop.run('down')).resolves.toMatchObject({ stdout: 'Breakwater does not run.\n' })
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
