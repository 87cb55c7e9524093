import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, expect, test, vi } from 'vitest'
import type { Listener, Queries } from '../../../../../../../services/shared/runtime/projections/database/database.ts'
import { type Changes, listenForChanges, notifyReaders } from '../../../../../../../services/shared/runtime/projections/read/row-changes.ts'

/** A database that hands on what is notified, as PostgreSQL does at a commit. */
function memoryDatabase() {
  const listeners = new Map<string, Listener>()
  const messages: string[] = []
  const query = vi.fn(async (sql: string, [sent]: readonly unknown[] = []) => {
    const channel = /pg_notify\('(\w+)', message\)/.exec(sql)?.[1] ?? 'nobody'
    for (const message of sent as string[]) {
      messages.push(message)
      listeners.get(channel)?.onMessage(message)
    }
    return []
  })
  const queries = { query } as Queries
  const database = {
    listen: (channel: string, heard: Listener) => {
      listeners.set(channel, heard)
      return async () => void listeners.delete(channel)
    },
  }
  const reconnect = () => listeners.forEach(({ onGap }) => void onGap())
  return { database, query, messages, tell: (...keys: string[]) => notifyReaders(keys, queries), reconnect }
}

let changes: Changes | undefined
afterEach(() => changes?.stop())
const setUp = () => {
  const memory = memoryDatabase()
  changes = listenForChanges(memory.database)
  return { ...memory, untilFound: changes.untilFound, stop: changes.stop }
}

const never = () => vi.fn(async () => undefined)
const looked = (look: ReturnType<typeof never>, times: number) => vi.waitFor(() => expect(look).toHaveBeenCalledTimes(times))

test('a reader asks once, and again when its own row has changed: others’ changes and time ask nothing of the database', async () => {
  const { untilFound, tell } = setUp()
  let version = 1
  const look = vi.fn(async () => (version > 1 ? version : undefined))
  const found = untilFound('a', look, { ms: 60_000 })
  await tell('b', 'c')
  await setTimeout(250)
  expect(look).toHaveBeenCalledTimes(1)
  version = 2
  await tell('b', 'a')
  expect(await found).toBe(2)
  expect(look).toHaveBeenCalledTimes(2)
})

test('a change while the reader looks is not missed', async () => {
  const { untilFound, tell } = setUp()
  let looks = 0
  const look = async () => {
    looks += 1
    if (looks === 1) await tell('a')
    return looks > 1 ? 'found' : undefined
  }
  expect(await untilFound('a', look, { ms: 60_000 })).toBe('found')
})

test('at the end of the time there is one more look', async () => {
  const { untilFound } = setUp()
  const look = never()
  expect(await untilFound('a', look, { ms: 50 })).toBeUndefined()
  expect(look).toHaveBeenCalledTimes(2)
})

test('who has gone waits no longer, nor asks again', async () => {
  const { untilFound, tell } = setUp()
  const gone = new AbortController()
  const look = never()
  const found = untilFound('a', look, { ms: 60_000, signal: gone.signal })
  await looked(look, 1)
  gone.abort()
  expect(await found).toBeUndefined()
  await tell('a')
  expect(look).toHaveBeenCalledTimes(1)
})

test('a stop ends all waits', async () => {
  const { untilFound, stop } = setUp()
  const look = never()
  const waits = ['a', 'b', 'a'].map((key) => untilFound(key, look, { ms: 60_000 }))
  await looked(look, 3)
  await stop()
  expect(await Promise.all(waits)).toEqual([undefined, undefined, undefined])
})

test('when listening was interrupted, all look again', async () => {
  const { untilFound, reconnect } = setUp()
  let isThere = false
  const look = vi.fn(async () => isThere || undefined)
  const waits = [untilFound('a', look, { ms: 60_000 }), untilFound('b', look, { ms: 60_000 })]
  await vi.waitFor(() => expect(look).toHaveBeenCalledTimes(2))
  isThere = true
  reconnect()
  expect(await Promise.all(waits)).toEqual([true, true])
})

test('messages fit into a notification, whatever keys look like, and name all of them', async () => {
  const { untilFound, tell, messages } = setUp()
  const keys = Array.from({ length: 1000 }, (_, index) => `${'\u0000\ud800 key'.repeat(300)}${index}`)
  const look = never()
  const gone = new AbortController()
  const waits = keys.map((key) => untilFound(key, look, { ms: 60_000, signal: gone.signal }))
  await looked(look, 1000)
  await tell(...keys, ...keys)
  await looked(look, 2000)
  expect(messages).toHaveLength(3)
  expect(Math.max(...messages.map((message) => Buffer.byteLength(message)))).toBeLessThan(8000)
  gone.abort()
  await Promise.all(waits)
})

test('where no row has changed, nothing is asked of the database', async () => {
  const { query, tell } = setUp()
  await tell()
  expect(query).not.toHaveBeenCalled()
})

test('who goes leaves the others waiting for the same row, and they are woken', async () => {
  const { untilFound, tell } = setUp()
  const gone = new AbortController()
  let isThere = false
  const look = vi.fn(async () => isThere || undefined)
  const first = untilFound('a', look, { ms: 5_000, signal: gone.signal })
  const second = untilFound('a', look, { ms: 5_000 })
  await vi.waitFor(() => expect(look).toHaveBeenCalledTimes(2))
  gone.abort()
  expect(await first).toBeUndefined()
  isThere = true
  await tell('a')
  expect(await Promise.race([second, setTimeout(1_000, 'still waits')])).toBe(true)
})

test('readers who have found their rows leave no timers and no memory behind', async () => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const { untilFound } = setUp()
  const find = async (count: number) => {
    for (let reader = 0; reader < count; reader += 1) await untilFound(`row ${reader}`, async () => 'found', { ms: 60_000 })
  }
  await find(100)
  collect()
  const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const before = process.memoryUsage().heapUsed
  await find(20_000)
  collect()
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(1_000_000)
  expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBeLessThanOrEqual(timers)
})
