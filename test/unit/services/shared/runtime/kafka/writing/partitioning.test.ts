import { expect, test } from 'vitest'
import { partitioning } from '../../../../../../../services/shared/runtime/kafka/writing/partitioning.ts'

test("keys lie where Java's client puts them, whatever the topic", () => {
  for (const topic of ['t', 'shop.orders.events'])
    expect(['MUG-BLUE', 'BELL-SHIP', 'ord_AAAAAAAAAAAAAAAAAAAAAA', 'Zürich', 'abcd'].map(partitioning(topic, 6))).toEqual([0, 3, 5, 1, 2])
})

test('a topic of one partition has all of them', () => {
  expect(['a', 'b', 'c'].map(partitioning('t', 1))).toEqual([0, 0, 0])
})
