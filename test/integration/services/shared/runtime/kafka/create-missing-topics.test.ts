import { randomUUID } from 'node:crypto'
import { expect, inject, test } from 'vitest'
import { topics } from '../../../../../../services/shared/contracts/topology.ts'
import { createMissingTopics } from '../../../../../../services/shared/runtime/kafka/create-missing-topics.ts'

const brokers = inject('brokers')
const topic = (name: string, partitions: number) => ({ name, partitions, config: { 'retention.ms': '-1' } })

test('topics are created once; one whose keys would move is refused', async () => {
  const [first, second] = [`first-${randomUUID()}`, `second-${randomUUID()}`]
  expect(await createMissingTopics(brokers, [topic(first, 2)])).toEqual([first])
  expect(await createMissingTopics(brokers, [topic(first, 2), topic(second, 3)])).toEqual([second])
  expect(await createMissingTopics(brokers, [topic(first, 2), topic(second, 3)])).toEqual([])
  await expect(createMissingTopics(brokers, [topic(first, 4)])).rejects.toThrow(`Topic ${first} has 2 partitions, not 4: keys would move.`)
})

test('a topic with other settings than the shop relies on is refused, with what to do; the shop says how many copies a write needs', async () => {
  const [kept, changed] = [`kept-${randomUUID()}`, `changed-${randomUUID()}`]
  const config = { 'retention.ms': '-1', 'min.insync.replicas': '1' }
  await createMissingTopics(brokers, [
    { name: kept, partitions: 1, config },
    { name: changed, partitions: 1, config: { ...config, 'retention.ms': '60000' } },
  ])
  const again = createMissingTopics(
    brokers,
    [kept, changed].map((name) => ({ name, partitions: 1, config })),
  )
  await expect(again).rejects.toThrow(`Topics with other settings: ${changed} has retention.ms=60000, not -1. To set one: kafka-configs.sh`)
  const durable = { name: kept, partitions: 1, config: { 'min.insync.replicas': '2' } }
  await expect(createMissingTopics(brokers, [durable])).rejects.toThrow(`Topic ${kept} has 1 copies, and a write needs 2 of them`)
  for (const topic of topics(24, 2)) expect(topic.config, topic.name).toMatchObject({ 'min.insync.replicas': '2' })
})
