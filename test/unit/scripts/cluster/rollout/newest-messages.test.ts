import { expect, test } from 'vitest'
import { newestMessages } from '../../../../../scripts/cluster/rollout/newest-messages.ts'

const pino = (level: number, msg: string, err?: object) => JSON.stringify({ level, time: 1, msg, ...(err && { err }) })
const stack =
  'KafkaJSProtocolError: The producer attempted to update a transaction\n    at createErrorFromCode (/app/main.js:1:1)\n'.repeat(40)

test('the same error many times is one line, without its stack', () => {
  const failing = (attempt: number) =>
    pino(40, `forwarding stopped, attempt ${attempt}`, { type: 'KafkaJSProtocolError', message: 'The producer attempted to update', stack })
  const log = [pino(30, 'listening'), ...[1, 2, 3, 14].map(failing), pino(30, 'request completed')].join('\n')
  expect(newestMessages(log, 3)).toEqual(['forwarding stopped, attempt 14: The producer attempted to update'])
})

test('a broker speaks in lines of its own, with the stack beneath', () => {
  const log = [
    '[2026-11-28 01:02:03,123] INFO Registered broker 1 (kafka.zk.KafkaZkClient)',
    '[2026-11-28 01:02:04,123] ERROR Failed to write meta.properties (kafka.server.BrokerMetadataCheckpoint)',
    'java.nio.file.AccessDeniedException: /var/lib/kafka/data/log',
    '\tat java.base/sun.nio.fs.UnixException.translateToIOException(UnixException.java:90)',
    '\t... 12 more',
  ].join('\n')
  expect(newestMessages(log, 3)).toEqual([
    'ERROR Failed to write meta.properties (kafka.server.BrokerMetadataCheckpoint)',
    'java.nio.file.AccessDeniedException: /var/lib/kafka/data/log',
  ])
})

test('without warnings the newest words are shown, the newest last', () => {
  const log = ['one', 'two', 'three', 'two', 'four'].map((msg) => pino(30, msg)).join('\n')
  expect(newestMessages(log, 3)).toEqual(['three', 'two', 'four'])
})

test('a line of JSON that breaks off is text like any other, an empty log says nothing', () => {
  expect(newestMessages('{"level":40,"msg":"brok', 3)).toEqual(['{"level":40,"msg":"brok'])
  expect(newestMessages('\n\n', 3)).toEqual([])
})
