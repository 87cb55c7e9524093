import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { connect, eventually } from '../event-sourcing/running-toy.ts'
import { createToyTopics, freshName } from '../event-sourcing/toy-topics.ts'

const brokers = inject('brokers')
const eventLog = connect(brokers)
const service = freshName()
const topic = `${service}.commands`
const count = 50_000
const value = 'x'.repeat(1000)

beforeAll(() => createToyTopics(brokers, service))
afterAll(() => eventLog.close())

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')
/** Bytes in use, buffers of records included. */
const inUse = (): number => {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

test('a partition whose handling does not get on holds a fetch or two in memory, however much arrives; later all of it comes in order', async () => {
  let blocked = true
  const entered = Promise.withResolvers<void>()
  let seen = 0
  const subscription = eventLog.subscribe({
    group: `${service}.slow`,
    topics: [topic],
    onBatch: async ({ records }, { heartbeat }) => {
      entered.resolve()
      for (; blocked; await setTimeout(100)) await heartbeat()
      for (const { key } of records) {
        if (Number(key) !== seen) throw new Error(`${key} instead of ${seen}`)
        seen += 1
      }
    },
  })
  const write = async (from: number, to: number) => {
    const record = (n: number) => ({ topic, partition: 0, key: String(n), value, headers: {} })
    await eventLog.produce(Array.from({ length: to - from }, (_, index) => record(from + index)))
  }
  await write(0, 10)
  await entered.promise
  const before = inUse()
  for (let n = 10; n < count; n += 1000) await write(n, Math.min(n + 1000, count))
  const grown = inUse() - before
  // 50 MB lie in the partition.
  expect(grown).toBeLessThan(20_000_000)
  blocked = false
  await eventually(() => seen === count, 50_000)
  await subscription.stop()
}, 120_000)
