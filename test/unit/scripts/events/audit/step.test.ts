import { expect, test } from 'vitest'
import { steps } from '../../../../../scripts/events/audit/step.ts'
import type { LogRecord } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import { encodeRecord } from '../../../../../services/shared/runtime/messaging/record-codec.ts'
import { toLogRecord } from '../../../../../services/shared/runtime/testing/in-memory-event-log.ts'

const envelope = { schemaVersion: 1, aggregateId: 'a', causationId: 'c', correlationId: 'c', time: '2026-01-02T03:04:05.000Z' }
const command = (offset: number): LogRecord =>
  toLogRecord(encodeRecord('toy.commands', { ...envelope, id: `c${offset}`, type: 'Add', version: 0 }, {}, 0), offset)
const answer = (offset: number, source: string | undefined): LogRecord => {
  const told = { ...envelope, id: `e${offset}`, type: 'toy.CommandAnswered', version: 0, ...(source !== undefined && { source }) }
  return toLogRecord(encodeRecord('toy.events', told, {}, 0), offset)
}
const of = (offset: number) => `toy.commands/0/${offset}`

/** Source, command and events of each step, in short. */
async function read(commands: readonly LogRecord[], events: readonly LogRecord[]) {
  const told: [string | undefined, string | undefined, number[]][] = []
  for await (const { service, partition, source, command, outcome } of steps('toy', 0, commands, events)) {
    expect({ service, partition }).toEqual({ service: 'toy', partition: 0 })
    const id = command === undefined ? undefined : 'failure' in command ? command.failure : command.envelope.id
    told.push([source, id, outcome.map((event) => ('offset' in event ? event.offset : -1))])
  }
  return told
}

test('neighbours that name the same command are its outcome', async () => {
  expect(await read([command(0), command(1)], [answer(0, of(0)), answer(1, of(0)), answer(2, of(1))])).toEqual([
    [of(0), 'c0', [0, 1]],
    [of(1), 'c1', [2]],
  ])
})

test('commands that no event names come before the next that is named, and those behind it at the end', async () => {
  expect(await read([command(0), command(1), command(2), command(3)], [answer(0, of(2))])).toEqual([
    [of(0), 'c0', []],
    [of(1), 'c1', []],
    [of(2), 'c2', [0]],
    [of(3), 'c3', []],
  ])
  expect(await read([command(0)], [])).toEqual([[of(0), 'c0', []]])
  expect(await read([], [])).toEqual([])
})

test('an outcome whose command has expired, or is of another partition, stands alone', async () => {
  expect(await read([command(5)], [answer(0, of(3)), answer(1, 'toy.commands/1/5'), answer(2, of(5))])).toEqual([
    [of(3), undefined, [0]],
    ['toy.commands/1/5', undefined, [1]],
    [of(5), 'c5', [2]],
  ])
})

test('records that name no command stand alone, each of them', async () => {
  expect(await read([command(0)], [answer(0, undefined), answer(1, undefined), answer(2, of(0))])).toEqual([
    [undefined, undefined, [0]],
    [undefined, undefined, [1]],
    [of(0), 'c0', [2]],
  ])
})

test('a command that comes again later is a step of its own', async () => {
  expect(await read([command(0), command(1)], [answer(0, of(0)), answer(1, of(1)), answer(2, of(0))])).toEqual([
    [of(0), 'c0', [0]],
    [of(1), 'c1', [1]],
    [of(0), undefined, [2]],
  ])
})

test('a command that cannot be read says why', async () => {
  expect(await read([{ ...command(0), headers: {} }], [answer(0, of(0))])).toEqual([[of(0), 'HEADERS_INVALID', [0]]])
  expect(await read([{ ...command(0), headers: {} }], [])).toEqual([[of(0), 'HEADERS_INVALID', []]])
})
