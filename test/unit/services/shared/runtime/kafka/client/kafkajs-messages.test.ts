import type { KafkaMessage } from 'kafkajs'
import { expect, test } from 'vitest'
import { recordBytes, toLogRecord, toTopicMessages } from '../../../../../../../services/shared/runtime/kafka/client/kafkajs-messages.ts'

const place = { topic: 't', partition: 2 }
const message = (headers?: KafkaMessage['headers']) =>
  ({ offset: '17', key: Buffer.from('k'), value: null, timestamp: '0', attributes: 0, ...(headers && { headers }) }) as KafkaMessage

test('a message becomes a record at its place, with the headers as they are', () => {
  const headers = { id: Buffer.from('1') }
  expect(toLogRecord(place, message(headers))).toEqual({ ...place, offset: 17, key: Buffer.from('k'), value: null, headers })
  expect(toLogRecord(place, message()).headers).toEqual({})
})

test('of a header that comes more than once the last value counts; one without a value is left out', () => {
  const headers = { id: [Buffer.from('1'), Buffer.from('2')], name: 'text', none: undefined, never: [] }
  expect(toLogRecord(place, message(headers)).headers).toEqual({ id: Buffer.from('2'), name: Buffer.from('text') })
})

test('records are grouped by topic, in order, and a partition is named only when it is given', () => {
  const record = (topic: string, key: string | null, partition?: number) => ({
    topic,
    key,
    value: null,
    headers: {},
    ...(partition !== undefined && { partition }),
  })
  expect(toTopicMessages([record('a', '1', 0), record('b', '2'), record('a', null)])).toEqual([
    {
      topic: 'a',
      messages: [
        { key: '1', value: null, headers: {}, partition: 0 },
        { key: null, value: null, headers: {} },
      ],
    },
    { topic: 'b', messages: [{ key: '2', value: null, headers: {} }] },
  ])
})

test('a record takes its bytes, those of its headers, and 16 for itself and for each header', () => {
  expect(recordBytes({ topic: 't', key: null, value: null, headers: {} })).toBe(16)
  expect(recordBytes({ topic: 't', key: 'ä', value: Buffer.from('abc'), headers: { id: '12', name: Buffer.from('x') } })).toBe(
    16 + 2 + 3 + (2 + 2 + 16) + (4 + 1 + 16),
  )
})
