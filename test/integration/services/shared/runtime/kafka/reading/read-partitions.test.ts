import { afterAll, expect, inject, test } from 'vitest'
import type { ReadOptions } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import { connect } from '../../event-sourcing/running-toy.ts'
import { createToyTopics, freshName } from '../../event-sourcing/toy-topics.ts'

const brokers = inject('brokers')
const eventLog = connect(brokers)
afterAll(() => eventLog.close())

test('with a bound on bytes the records come in as many parts as it takes, and all of them', async () => {
  const service = freshName()
  await createToyTopics(brokers, service)
  const topic = `${service}.events`
  const value = 'x'.repeat(20_000)
  for (let n = 0; n < 20; n++) await eventLog.produce([{ topic, partition: 0, key: 'a', value, headers: {} }])
  const parts = async (options?: ReadOptions) => {
    const sizes: number[] = []
    for await (const { records } of eventLog.readPartitions([{ topic, partition: 0, from: 0 }], options)) sizes.push(records.length)
    return sizes
  }
  expect(await parts()).toEqual([20])
  const bounded = await parts({ maxBytes: 100_000 })
  expect(bounded.reduce((sum, size) => sum + size)).toBe(20)
  // The broker may cut the last batch of a fetch, which then comes again.
  expect(Math.max(...bounded)).toBeLessThanOrEqual(5)
})
