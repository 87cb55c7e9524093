import { Check } from 'typebox/value'
import { expect, test } from 'vitest'
import { brokerSecurityConfig } from '../../../../../../services/shared/runtime/kafka/client/broker-security.ts'
import { partitionName } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import { partitioning } from '../../../../../../services/shared/runtime/kafka/writing/partitioning.ts'

test('keys lie where every producer puts them, whatever the number of partitions', () => {
  const six = partitioning('t', 6)
  expect(['MUG-BLUE', 'BELL-SHIP', 'ord_AAAAAAAAAAAAAAAAAAAAAA', 'Zürich', 'ab'].map(six)).toEqual([0, 3, 5, 1, 2])
  expect(['MUG-BLUE', 'ab', 'alice'].map(partitioning('t', 1))).toEqual([0, 0, 0])
})

test('partitions of different topics, and of one topic, have different names', () => {
  const partitions = [
    { topic: 'a', partition: 1 },
    { topic: 'a', partition: 11 },
    { topic: 'a1', partition: 1 },
  ]
  expect(partitions.map(partitionName)).toEqual(['a/1', 'a/11', 'a1/1'])
})

test('brokers are reached without encryption unless it is asked for; a region is one of Amazon', () => {
  expect(brokerSecurityConfig.KAFKA_SECURITY).toMatchObject({ enum: ['plaintext', 'tls', 'scram', 'iam'], default: 'plaintext' })
  const isRegion = (name: string) => Check(brokerSecurityConfig.AWS_REGION, name)
  expect(['eu-central-1', 'us-gov-west-1', 'eu-central', 'Frankfurt'].map(isRegion)).toEqual([true, true, false, false])
})
