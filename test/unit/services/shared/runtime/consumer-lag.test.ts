import { Registry } from 'prom-client'
import { expect, test, vi } from 'vitest'
import { withConsumerLag } from '../../../../../services/shared/runtime/consumer-lag.ts'
import { type Assignment, type EventLog, partitionName, type RecordBatch } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import { renameLog } from '../../../../../services/shared/runtime/kafka/rename-log.ts'
import { inMemoryEventLog } from '../../../../../services/shared/runtime/testing/in-memory-event-log.ts'

const record = (topic: string, key = 'a') => ({ topic, key, value: '{}', headers: {} })
const lagIn = async (registry: Registry): Promise<string[]> =>
  (await registry.metrics()).split('\n').filter((line) => line.startsWith('consumer_lag_records{'))

test('a group that does not get on is as far behind as there are records that it has not handled', async () => {
  const [log, registry] = [inMemoryEventLog(undefined, 2), new Registry()]
  const first = Promise.withResolvers<void>()
  const onBatch = vi.fn((_batch: RecordBatch) => first.promise)
  const subscription = withConsumerLag(log, registry).subscribe({ group: 'g', topics: ['t', 'idle'], onBatch })
  expect(await lagIn(registry)).toEqual(['consumer_lag_records{group="g",topic="t"} 0', 'consumer_lag_records{group="g",topic="idle"} 0'])
  await log.produce([record('t', 'a'), record('t', 'b'), record('t', 'c')])
  await vi.waitFor(() => expect(onBatch).toHaveBeenCalled())
  expect((await lagIn(registry))[0]).toBe('consumer_lag_records{group="g",topic="t"} 3')
  first.resolve()
  await vi.waitFor(async () => expect((await lagIn(registry))[0]).toBe('consumer_lag_records{group="g",topic="t"} 0'))
  await subscription.stop()
  expect(await lagIn(registry)).toEqual([])
})

test('who begins where it was told to is behind from there, under the names of the broker', async () => {
  const [log, registry] = [inMemoryEventLog(), new Registry()]
  await log.produce([record('x.t'), record('x.t'), record('x.t')])
  const named = renameLog(withConsumerLag(log, registry), { topic: (name) => `x.${name}` })
  const onBatch = vi.fn(() => new Promise<void>(() => undefined))
  named.subscribe({
    group: 'g',
    topics: ['t'],
    onAssigned: ({ partitions, deliverFrom }) => {
      for (const partition of partitions) deliverFrom(partition, 2)
    },
    onBatch,
  })
  await vi.waitFor(() => expect(onBatch).toHaveBeenCalled())
  expect(await lagIn(registry)).toEqual(['consumer_lag_records{group="g",topic="x.t"} 1'])
  await named.close()
})

test('partitions that another member has got are counted no more', async () => {
  const registry = new Registry()
  let join: ((partitions: Assignment['partitions']) => void) | undefined
  const asked: string[] = []
  const log: Partial<EventLog> = {
    subscribe: ({ onJoined }) => {
      join = onJoined
      return { stop: async () => undefined }
    },
    endOffsets: async () => new Map([0, 1].map((partition) => [partition, 10])),
    committedOffset: async (group, partition) => {
      asked.push(`${group} ${partitionName(partition)}`)
      return 4
    },
  }
  withConsumerLag(log as EventLog, registry).subscribe({ group: 'g', topics: ['t'], onBatch: async () => undefined })
  join?.([0, 1].map((partition) => ({ topic: 't', partition })))
  expect(await lagIn(registry)).toEqual(['consumer_lag_records{group="g",topic="t"} 12'])
  join?.([{ topic: 't', partition: 1 }])
  expect(await lagIn(registry)).toEqual(['consumer_lag_records{group="g",topic="t"} 6'])
  // Where it began is asked for once.
  expect(asked).toEqual(['g t/0', 'g t/1'])
})

test('a broker that is away keeps nobody waiting: the lag is that of the last time', async () => {
  const [log, registry] = [inMemoryEventLog(), new Registry()]
  await log.produce([record('t')])
  const away = { ...log, endOffsets: vi.fn(log.endOffsets) }
  withConsumerLag(away, registry).subscribe({ group: 'g', topics: ['t'], onBatch: () => new Promise(() => undefined) })
  expect(await lagIn(registry)).toEqual(['consumer_lag_records{group="g",topic="t"} 1'])
  away.endOffsets.mockImplementation(() => new Promise(() => undefined))
  const startedMs = performance.now()
  expect(await lagIn(registry)).toEqual(['consumer_lag_records{group="g",topic="t"} 1'])
  expect(performance.now() - startedMs).toBeLessThan(5_000)
  await log.close()
})

test('without metrics it is the log itself', () => {
  const log = inMemoryEventLog()
  expect(withConsumerLag(log, undefined)).toBe(log)
})
