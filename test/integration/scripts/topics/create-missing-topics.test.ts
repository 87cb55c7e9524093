import { randomUUID } from 'node:crypto'
import { expect, inject, test } from 'vitest'
import { createMissingTopics } from '../../../../scripts/topics/create-missing-topics.ts'

const brokers = inject('brokers')
const topic = (name: string, partitions: number) => ({ name, partitions, config: { 'retention.ms': '-1' } })

test('topics are created once; one whose keys would move is refused', async () => {
  const [first, second] = [`first-${randomUUID()}`, `second-${randomUUID()}`]
  expect(await createMissingTopics(brokers, [topic(first, 2)])).toEqual([first])
  expect(await createMissingTopics(brokers, [topic(first, 2), topic(second, 3)])).toEqual([second])
  expect(await createMissingTopics(brokers, [topic(first, 2), topic(second, 3)])).toEqual([])
  await expect(createMissingTopics(brokers, [topic(first, 4)])).rejects.toThrow(`Topic ${first} has 2 partitions, not 4: keys would move.`)
})
