import { Registry } from 'prom-client'
import { afterAll, expect, inject, test } from 'vitest'
import { withConsumerLag } from '../../../../../../../services/shared/runtime/consumer-lag.ts'
import { connect } from '../../event-sourcing/running-toy.ts'
import { createToyTopics, freshName } from '../../event-sourcing/toy-topics.ts'

const brokers = inject('brokers')
const registry = new Registry()
const eventLog = withConsumerLag(connect(brokers), registry)
afterAll(() => eventLog.close())

const lags = async (group: string): Promise<number[]> =>
  (await registry.metrics())
    .split('\n')
    .flatMap((line) => (line.startsWith(`consumer_lag_records{group="${group}"`) ? [Number(line.split('} ')[1])] : []))

test('a group is behind by what it has not handled, and by nothing once it has, whatever a transaction leaves behind its records', async () => {
  const service = freshName()
  const topic = `${service}.events`
  await createToyTopics(brokers, service)
  const writer = eventLog.transactional(`${service}-0`)
  await writer.fence()
  const records = (values: readonly string[]) => values.map((value) => ({ topic, partition: 0, key: 'k', value, headers: {} }))
  await writer.commit(records(['a', 'b']))
  const mayGoOn = Promise.withResolvers<void>()
  eventLog.subscribe({ group: `${service}.commits`, topics: [topic], onBatch: () => mayGoOn.promise })
  eventLog.subscribe({
    group: `${service}.told`,
    topics: [topic],
    onAssigned: ({ partitions, deliverFrom }) => {
      for (const partition of partitions) deliverFrom(partition, 0)
    },
    onBatch: () => mayGoOn.promise,
  })
  // Two records and the mark of their transaction.
  await expect.poll(() => lags(`${service}.commits`), { timeout: 30_000 }).toEqual([3])
  await expect.poll(() => lags(`${service}.told`), { timeout: 30_000 }).toEqual([3])
  mayGoOn.resolve()
  await expect.poll(() => lags(`${service}.commits`), { timeout: 10_000 }).toEqual([0])
  await expect.poll(() => lags(`${service}.told`), { timeout: 10_000 }).toEqual([0])
  await writer.commit(records(['c']))
  await expect.poll(() => lags(`${service}.commits`), { timeout: 10_000 }).toEqual([0])
  await writer.discard()
})
