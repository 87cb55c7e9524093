import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect } from 'vitest'
import { logEntry } from '../../../../scripts/telemetry/collect/log-entry.ts'
import { openReader } from '../../../../scripts/telemetry/store/reader.ts'
import type { Batch } from '../../../../scripts/telemetry/store/records.ts'
import { openStore, type Store } from '../../../../scripts/telemetry/store/store.ts'
import { mountSmallDisk, type SmallDisk, whyNoSmallDisk } from '../../small-disk.ts'
import { testThatNeeds } from '../../test-that-needs.ts'

const testOnDisk = testThatNeeds(await whyNoSmallDisk())

let disk: SmallDisk | undefined
let store: Store | undefined
afterEach(async () => {
  store?.close()
  await disk?.remove()
})

const batch = (number: number): Batch => ({
  entries: [
    logEntry(
      JSON.stringify({ workload: 'orders', replica: 0, msg: `line ${number} ${'x'.repeat(2_000)}` }),
      { workload: 'x', replica: 'x' },
      Date.now,
    ),
  ],
  spans: [],
  positions: new Map([['/shop.log', { fingerprint: 'f', offset: number }]]),
})

testOnDisk(
  'a disk that fills up in the middle of a batch: nothing of it is stored, and all is there when there is room again',
  async () => {
    disk = await mountSmallDisk(40)
    const folder = join(disk.directory, 'telemetry')
    const said: string[] = []
    // As if nobody looked at the room before: SQLite itself finds none.
    store = openStore({ folder, bounds: { bytes: 1e9, ageMs: 1e12, roomBytes: 0 }, now: Date.now, log: (_, line) => said.push(line) })
    expect(store.write(batch(1))).toBe('written')
    await disk.fill()
    let number = 1
    let result = 'written'
    while (result === 'written' && number < 100_000) result = store.write(batch(++number))
    expect(result).toBe('no-room')
    expect(store.positions().get('/shop.log')).toMatchObject({ offset: number - 1 })
    expect(said).toEqual([expect.stringContaining('there is no room in')])
    await rm(join(disk.directory, 'filler'))
    expect(store.write(batch(number))).toBe('written')
    expect(said.at(-1)).toContain('there is room in')
    const reader = openReader(folder)
    const lines = reader.latest({}, 1_000_000).lines.map(({ line }) => JSON.parse(line).msg.split(' ')[1])
    reader.close()
    expect(lines).toEqual(Array.from({ length: number }, (_, index) => String(index + 1)))
  },
)
