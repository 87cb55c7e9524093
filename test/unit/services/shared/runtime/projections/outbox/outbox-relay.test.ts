import { setImmediate } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import type { OutgoingRecord } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import type { Database } from '../../../../../../../services/shared/runtime/projections/database/database.ts'
import { startOutboxRelay } from '../../../../../../../services/shared/runtime/projections/outbox/outbox-relay.ts'

const silent = () => undefined
const logger = { debug: silent, info: silent, warn: silent, error: silent }

/** An outbox with one change, and a log that takes it or not. */
function outbox(produce: (records: readonly OutgoingRecord[]) => Promise<void>) {
  let untold = [{ id: 1, topic: 'changes', key: 'a', value: { eventName: 'INSERT', sequence: 1 } }]
  const database: Partial<Database> = {
    query: async <Row>(sql: string) => {
      await setImmediate()
      if (sql.startsWith('DELETE')) untold = []
      return untold as Row[]
    },
    exclusively: async (_, work) => work(),
  }
  return { telling: startOutboxRelay({ produce }, database as Database, logger), left: () => untold.length }
}

/** Changes in an outbox that nobody else relays. */
function changesIn(count: number) {
  let untold = count
  const add = (): void => {
    untold += 1
  }
  const database: Partial<Database> = {
    query: async <Row>(sql: string, [ids]: readonly unknown[] = []) => {
      // A turn of the event loop, as a database takes at least: a loop without an end shall be a failed test and no process that hangs.
      await setImmediate()
      if (sql.startsWith('DELETE')) untold -= (ids as number[]).length
      return Array.from({ length: untold }, (_, id) => ({ id, topic: 'changes', key: 'a', value: { sequence: 1 } })) as Row[]
    },
    exclusively: async (_, work) => work(),
  }
  return { database: database as Database, left: () => untold, add }
}

test('a stop does not wait for a Kafka that is away', async () => {
  const produce = vi.fn(() => new Promise<void>(() => undefined))
  const { telling, left } = outbox(produce)
  telling.wake()
  await vi.waitFor(() => expect(produce).toHaveBeenCalled(), 10_000)
  await telling.stop()
  expect(left(), 'it is told by the next').toBe(1)
  telling.wake()
  expect(produce).toHaveBeenCalledTimes(1)
})

test('however often Kafka refuses, what is untold is told when it is back', async () => {
  let failures = 0
  const produce = vi.fn(async () => {
    failures += 1
    if (failures < 4) throw new Error('Kafka is away')
  })
  const { telling, left } = outbox(produce)
  telling.wake()
  await vi.waitFor(() => expect(left()).toBe(0), 10_000)
  expect(produce).toHaveBeenCalledTimes(4)
  await telling.stop()
})

test('many changes are written some hundred at a time, in order, and none is deleted before it is written', async () => {
  let untold = Array.from({ length: 1100 }, (_, id) => ({
    id,
    topic: 'changes',
    key: `${id}`,
    value: { eventName: 'INSERT', sequence: id },
  }))
  const written: string[] = []
  const requests: number[] = []
  const produce = async (records: readonly OutgoingRecord[]): Promise<void> => {
    requests.push(records.length)
    written.push(...records.map(({ key }) => String(key)))
  }
  const database: Partial<Database> = {
    query: async <Row>(sql: string, [first]: readonly unknown[] = []) => {
      await setImmediate()
      if (!sql.startsWith('DELETE')) return untold.slice(0, Number(first)) as Row[]
      expect(written).toEqual(expect.arrayContaining((first as number[]).map(String)))
      untold = untold.filter(({ id }) => !(first as number[]).includes(id))
      return []
    },
    exclusively: async (_, work) => work(),
  }
  const relay = startOutboxRelay({ produce }, database as Database, logger)
  relay.wake()
  await vi.waitFor(() => expect(untold).toEqual([]), 10_000)
  await relay.stop()
  expect(written).toEqual(Array.from({ length: 1100 }, (_, id) => `${id}`))
  expect(requests).toEqual([500, 500, 100])
})

test('nothing is written for an empty outbox', async () => {
  const produce = vi.fn(async () => undefined)
  const query = vi.fn(async () => [])
  const database = { query, exclusively: async (_: string, work: () => Promise<unknown>) => work() } as unknown as Database
  const relay = startOutboxRelay({ produce }, database, logger)
  relay.wake()
  await vi.waitFor(() => expect(query).toHaveBeenCalled(), 10_000)
  await relay.stop()
  expect(produce).not.toHaveBeenCalled()
  expect(query).toHaveBeenCalledTimes(1)
})

test('while another replica relays, this one looks again from time to time, and relays once the other is gone', async () => {
  const { database, left } = changesIn(1)
  let others = 2
  const names: string[] = []
  const exclusively: Database['exclusively'] = async (name, work) => {
    names.push(name)
    others -= 1
    return others >= 0 ? undefined : work()
  }
  const relay = startOutboxRelay({ produce: async () => undefined }, { ...database, exclusively }, logger)
  const begun = performance.now()
  relay.wake()
  await vi.waitFor(() => expect(left()).toBe(0), 10_000)
  await relay.stop()
  expect(names).toEqual(['projection-outbox', 'projection-outbox', 'projection-outbox'])
  expect(performance.now() - begun, 'two pauses').toBeGreaterThan(500)
})

test('a change that comes while others are written is told without another call', async () => {
  const { database, left, add } = changesIn(1)
  const produce = vi.fn(async () => {
    if (produce.mock.calls.length > 1) return
    add()
    relay.wake()
  })
  const relay = startOutboxRelay({ produce }, database, logger)
  relay.wake()
  await vi.waitFor(() => expect(left()).toBe(0), 10_000)
  await relay.stop()
  expect(produce).toHaveBeenCalledTimes(2)
})

test('what could not be written is logged with how often, and counted anew after it worked', async () => {
  const warn = vi.fn()
  const { database, left, add } = changesIn(1)
  let isAway = true
  const away = new Error('Kafka is away')
  const produce = async (): Promise<void> => {
    if (isAway) throw away
  }
  const relay = startOutboxRelay({ produce }, database, { ...logger, warn })
  relay.wake()
  await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(2), 10_000)
  isAway = false
  await vi.waitFor(() => expect(left()).toBe(0), 10_000)
  isAway = true
  add()
  relay.wake()
  await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(3), 10_000)
  await relay.stop()
  const text = 'changes of rows could not be relayed, trying again'
  expect(warn.mock.calls).toEqual([1, 2, 1].map((failures) => [{ err: away, failures }, text]))
})

test('who stops while it gathers, waits for the other replica, or for Kafka, has stopped without a word, and nothing is lost', async () => {
  const warn = vi.fn()
  const stops = async (database: Database, produce: () => Promise<void>, until: (() => void) | undefined) => {
    const relay = startOutboxRelay({ produce }, database, { ...logger, warn })
    relay.wake()
    if (until) await vi.waitFor(until, 10_000)
    await relay.stop()
  }
  const { database, left } = changesIn(1)
  const exclusively = vi.fn(async () => undefined)
  await stops(
    { ...database, exclusively },
    async () => undefined,
    () => expect(exclusively).toHaveBeenCalled(),
  )
  const produce = vi.fn(() => new Promise<void>(() => undefined))
  await stops(database, produce, () => expect(produce).toHaveBeenCalled())
  await stops(database, produce, undefined)
  expect(warn).not.toHaveBeenCalled()
  expect(left()).toBe(1)
})

test('what waits is as old as the time since it came, and nothing waits once it is told', async () => {
  let away = true
  const produce = vi.fn(async () => {
    if (away) throw new Error('Kafka is away')
  })
  const { telling } = outbox(produce)
  expect(telling.ageMs()).toBe(0)
  telling.wake()
  await vi.waitFor(() => expect(produce).toHaveBeenCalledTimes(2), 10_000)
  const ageMs = telling.ageMs()
  expect(ageMs).toBeGreaterThan(100)
  away = false
  await vi.waitFor(() => expect(telling.ageMs()).toBe(0), 10_000)
  telling.wake()
  expect(telling.ageMs()).toBeLessThan(ageMs)
  await telling.stop()
})
