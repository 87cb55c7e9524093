import { setTimeout } from 'node:timers/promises'
import { expect, inject, test } from 'vitest'
import { connect } from '../event-sourcing/running-toy.ts'
import { createToyTopics, freshName } from '../event-sourcing/toy-topics.ts'

const brokers = inject('brokers')

test('who stops leaves its group at once, not at the end of its long poll of 3 s, and the next owner has the partitions', async () => {
  const service = freshName()
  await createToyTopics(brokers, service)
  const eventLog = connect(brokers)
  const join = () => {
    const assigned = Promise.withResolvers<void>()
    const subscription = eventLog.subscribe({
      group: service,
      topics: [`${service}.commands`],
      onAssigned: ({ partitions, deliverFrom }) => {
        for (const partition of partitions) deliverFrom(partition, 0)
        if (partitions.length > 0) assigned.resolve()
      },
      onBatch: async () => undefined,
    })
    return { ...subscription, assigned: assigned.promise }
  }
  const former = join()
  await former.assigned
  // The first poll after an assignment may be short.
  await setTimeout(500)
  const stopping = performance.now()
  await former.stop()
  const latter = join()
  await latter.assigned
  expect(performance.now() - stopping).toBeLessThan(1500)
  await eventLog.close()
})
