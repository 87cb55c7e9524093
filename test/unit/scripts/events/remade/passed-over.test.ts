import { expect, test } from 'vitest'
import { standing } from '../../../../../scripts/events/remade/passed-over.ts'
import type { LogRecord } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import { deriveId } from '../../../../../services/shared/runtime/messaging/derive-id.ts'
import { encodeRecord } from '../../../../../services/shared/runtime/messaging/record-codec.ts'
import { toLogRecord } from '../../../../../services/shared/runtime/testing/in-memory-event-log.ts'

const partition = 'toy.commands/0'
const envelope = (id: string, causationId: string) => ({
  id,
  type: 'toy.Deposited',
  schemaVersion: 1,
  aggregateId: 'a',
  version: 1,
  causationId,
  correlationId: 'saga',
  time: '2026-01-01T00:00:00.000Z',
})
const command = (id: string, offset: number): LogRecord => toLogRecord(encodeRecord('toy.commands', envelope(id, id), {}), offset)
/** The event that answers the command of that id at that place. */
const answer = (id: string, offset: number): LogRecord => {
  const record = encodeRecord('toy.events', envelope(`event of ${id}`, id), {})
  return toLogRecord({ ...record, headers: { ...record.headers, source: `${partition}/${offset}` } }, offset)
}
const held = async (commands: readonly LogRecord[], events: readonly LogRecord[]) => {
  const { answeredUpTo, passedOver } = await standing(commands, events, partition)
  return { answeredUpTo, passedOver: passedOver.map(({ offset }) => offset) }
}
const answers = ['c0', 'c1', 'c2'].map(answer)

test('commands that were answered, expired or wait for their turn are not passed over', async () => {
  expect(await held([command('c1', 1), command('c2', 2), command('c3', 3)], answers)).toEqual({ answeredUpTo: 3, passedOver: [] })
})

test('in a topic that was made anew, commands at places that are answered already were never decided', async () => {
  expect(await held([command('n0', 0), command('n1', 1)], answers)).toEqual({ answeredUpTo: 3, passedOver: [0, 1] })
})

test('one that was sent again, and waits or is decided, is taken care of', async () => {
  const commands = [command('n0', 0), command('n1', 1), command('n0', 3), command('n1', 4)]
  expect((await held(commands, answers)).passedOver).toEqual([])
  expect((await held(commands, [...answers, answer('n0', 3)])).passedOver).toEqual([])
})

test('answers to commands of another partition say nothing', async () => {
  const other = { ...answer('c9', 9), headers: { source: Buffer.from('toy.commands/1/9') } }
  expect((await held([], [...answers, other])).answeredUpTo).toBe(3)
})

test('garbage is known by its place', async () => {
  const garbage: LogRecord = { ...command('x', 0), headers: {} }
  expect((await held([garbage], [answer(deriveId(`${partition}/0`), 0)])).passedOver).toEqual([])
  expect((await held([garbage], answers)).passedOver).toEqual([0])
})
