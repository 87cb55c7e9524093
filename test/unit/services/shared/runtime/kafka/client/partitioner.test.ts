import { type ICustomPartitioner, Partitioners } from 'kafkajs'
import { expect, test } from 'vitest'
import { partitioner } from '../../../../../../../services/shared/runtime/kafka/client/kafkajs-client.ts'

/** `Utils.toPositive(Utils.murmur2(key)) % 6` by Apache Kafka's Java client 4.1.0 (W12). */
const byJava: Record<string, number> = {
  'MUG-BLUE': 0,
  'BELL-SHIP': 3,
  alice: 3,
  ord_AAAAAAAAAAAAAAAAAAAAAA: 5,
  'ord_2Jq-0_zYx9WvUtSrQpOnMl': 1,
  Zürich: 1,
  a: 4,
  ab: 2,
  abc: 3,
  abcd: 2,
}

const partitionMetadata = Array.from({ length: 6 }, (_, partitionId) => ({
  partitionId,
  leader: 1,
  partitionErrorCode: 0,
  replicas: [1],
  isr: [1],
  offlineReplicas: [],
}))
const place = (by: ICustomPartitioner, key: string) => by()({ topic: 't', partitionMetadata, message: { key, value: '' } })

test.each(Object.entries(byJava))('key %s lands in the partition where Java puts it', (key, partition) => {
  expect(place(partitioner, key)).toBe(partition)
})

test('the trap: the partitioner of kafkajs 1, which it still offers, puts keys elsewhere', () => {
  expect(Object.keys(byJava).filter((key) => place(Partitioners.LegacyPartitioner, key) !== byJava[key])).not.toEqual([])
})
