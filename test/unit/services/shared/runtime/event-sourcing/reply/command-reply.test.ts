import { expect, test } from 'vitest'
import { caused, replyRecord } from '../../../../../../../services/shared/runtime/event-sourcing/reply/command-reply.ts'
import { RecordInvalid } from '../../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { time } from '../processed-log.ts'

const envelope = {
  id: 'c1',
  type: 'Deposit',
  schemaVersion: 3,
  aggregateId: 'alice',
  version: 0,
  causationId: 'click',
  correlationId: 'saga',
  time: '2025-01-01T00:00:00.000Z',
}
const command = { envelope, partition: 2, source: 'toy.commands/2/7', time }
const origin = { schemaVersion: 1, aggregateId: 'alice', causationId: 'c1', correlationId: 'saga', source: 'toy.commands/2/7', time }

test('what a command leads to names it as its cause, and belongs to its saga and its trace', () => {
  expect(caused(command)).toStrictEqual(origin)
  expect(caused({ ...command, envelope: { ...envelope, traceparent: 'tp' } })).toStrictEqual({ ...origin, traceparent: 'tp' })
})

test('an answer lies in the partition of its command', () => {
  expect(replyRecord('toy', command, { outcome: 'refused', code: 'COMMAND_PARKED', detail: 'KEY_PARKED' })).toMatchObject({
    topic: 'toy.events',
    partition: 2,
    key: 'alice',
    headers: { type: 'toy.CommandAnswered', causationId: 'c1' },
  })
})

test('an answer that nobody could read is not written', () => {
  expect(() => replyRecord('toy', command, { outcome: 'refused', detail: 'x'.repeat(200_000) })).toThrow(RecordInvalid)
})
