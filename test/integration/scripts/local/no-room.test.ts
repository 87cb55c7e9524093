import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { ensureKafka } from '../../../../scripts/local/tools/kafka.ts'
import { mountSmallDisk, type SmallDisk, whyNoSmallDisk } from '../../small-disk.ts'
import { testThatNeeds } from '../../test-that-needs.ts'
import { type TinyShop, tinyShop } from './tiny-shop.ts'

const testOnDisk = testThatNeeds(await whyNoSmallDisk())

let disk: SmallDisk | undefined
let shop: TinyShop | undefined
afterEach(async () => {
  await shop?.remove()
  await disk?.remove()
  shop = undefined
  disk = undefined
})

testOnDisk('a disk with too little room is said at once, and nothing is started', async () => {
  disk = await mountSmallDisk(20)
  shop = await tinyShop({ folder: join(disk.directory, 'local') })
  const { code, err } = await shop.runAsProcess('up')
  expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/^\S+\/local has \d+ MB left, and 200 MB are needed\.\n$/) })
  expect(shop.processes()).toEqual([])
})

testOnDisk('a read-only folder is called that, not a missing tool', async () => {
  disk = await mountSmallDisk(300)
  shop = await tinyShop({ folder: join(disk.directory, 'local') })
  await disk.makeReadOnly()
  const readOnly = { code: 1, err: `${shop.folder} cannot be written: its file system is read-only.\n` }
  await expect(shop.runAsProcess('up')).resolves.toMatchObject(readOnly)
  const tools = join(disk.directory, 'tools')
  await expect(ensureKafka({ env: { ...process.env, BREAKWATER_KAFKA: 'maven' }, tools })).rejects.toThrow(
    `${tools} cannot be written: its file system is read-only.`,
  )
})

testOnDisk('a disk that fills up while the shop starts stops everything in order, with the reason', async () => {
  disk = await mountSmallDisk(250)
  const starting = await tinyShop({ folder: join(disk.directory, 'local'), ready: 'never' })
  shop = starting
  const up = starting.runAsProcess('up')
  await expect.poll(() => starting.processes().map(({ name }) => name), { timeout: 60_000 }).toContain('gateway-0/app')
  await disk.fill()
  const { code, err } = await up
  expect(code).toBe(1)
  // Whoever sees it first: the watch, or a file that cannot be written.
  expect(err).toMatch(/^(The disk of \S+ is full: \d+ MB left|\S+ cannot be written: its disk is full)\.\n$/)
  expect(starting.processes()).toEqual([])
})

testOnDisk('a disk that fills up under a running shop stops it in order, and status says why', async () => {
  disk = await mountSmallDisk(250)
  const running = await tinyShop({ folder: join(disk.directory, 'local') })
  shop = running
  expect((await running.runAsProcess('up')).code).toBe(0)
  expect(running.processes().map(({ name }) => name)).toContain('gateway-0/app')
  await disk.fill()
  await expect.poll(() => running.processes(), { timeout: 40_000 }).toEqual([])
  expect((await running.run('status')).err).toMatch(/^Breakwater (has stopped by itself: The disk of|does not run)/)
})

test('a folder below a file cannot be made, and that is said', async () => {
  shop = await tinyShop({ folder: join(import.meta.filename, 'local') })
  const { code, err } = await shop.runAsProcess('up')
  expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/local cannot be written: ENOTDIR: [^\n]*\n$/) })
})
