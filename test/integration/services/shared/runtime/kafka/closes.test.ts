import { expect, inject, test } from 'vitest'
import { connect } from '../event-sourcing/running-toy.ts'
import { createToyTopics, freshName } from '../event-sourcing/toy-topics.ts'

const brokers = inject('brokers')
const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length

test('partitions read side by side leave no connection behind', async () => {
  const services = [freshName(), freshName(), freshName()]
  for (const service of services) await createToyTopics(brokers, service)
  const topics = services.map((service) => `${service}.commands`)
  const before = sockets()
  const eventLog = connect(brokers)
  const records = Array.from({ length: 300 }, (_, index) => ({ key: `k${index}`, value: 'x', headers: {} }))
  await eventLog.produce(topics.flatMap((topic) => records.map((record) => ({ ...record, topic }))))
  const read = async (topic: string, partition: number): Promise<number> => {
    let count = 0
    for await (const batch of eventLog.readPartitions([{ topic, partition, from: 0 }])) count += batch.records.length
    return count
  }
  const partitions = await Promise.all(topics.map(async (topic) => ({ topic, partitions: [...(await eventLog.endOffsets(topic)).keys()] })))
  const counts = await Promise.all(partitions.flatMap(({ topic, partitions: numbers }) => numbers.map((number) => read(topic, number))))
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(900)
  await eventLog.close()
  await expect.poll(sockets).toBe(before)
})
