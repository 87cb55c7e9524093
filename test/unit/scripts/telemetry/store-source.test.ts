import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { logEntry } from '../../../../scripts/telemetry/collect/log-entry.ts'
import { openStore } from '../../../../scripts/telemetry/store/store.ts'
import { storeSource } from '../../../../scripts/telemetry/store-source.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'breakwater-source-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('who searches before anything is stored finds it when it comes, and each line once', async () => {
  const source = storeSource(folder)
  const before = await source.search({ service: 'orders' }, 10)
  expect(before.lines).toEqual([])
  expect(await source.newestOrder()).toBeUndefined()

  const store = openStore({ folder, bounds: { bytes: 1e9, ageMs: 3_600_000, roomBytes: 0 }, now: Date.now, log: () => {} })
  const write = (msg: string): void => {
    const line = JSON.stringify({ workload: 'orders', replica: 0, level: 'info', time: new Date().toISOString(), msg })
    store.write({ entries: [logEntry(line, { workload: 'orders', replica: 'orders-0' }, Date.now)], spans: [], positions: new Map() })
  }
  const texts = ({ lines }: { lines: readonly { line: string }[] }) => lines.map(({ line }) => JSON.parse(line).msg)
  write('first')
  const after = await before.next()
  expect(texts(after)).toEqual(['first'])
  write('second')
  expect(texts(await after.next())).toEqual(['second'])
  expect(texts(await source.search({ service: 'orders' }, 1))).toEqual(['second'])
  store.close()
  await source.close()
})
