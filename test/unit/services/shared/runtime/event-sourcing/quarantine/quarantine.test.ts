import { expect, test } from 'vitest'
import { createLogger } from '../../../../../../../services/shared/runtime/process/logger.ts'
import { type ProcessedLog, processedLog, time } from '../processed-log.ts'

const poison = 666
const outcomes = (log: ProcessedLog, aggregateId = 'alice') =>
  log
    .events()
    .filter(({ envelope }) => envelope.aggregateId === aggregateId)
    .map(({ envelope, data }) => [envelope.causationId, (data as { code?: string }).code ?? envelope.version])
const letters = (log: ProcessedLog) => log.deadLetters().map(({ headers }) => [`${headers.id}`, `${headers['dlq.code']}`])

/** Three commands of alice, the first of them poison, and one of bob. */
async function poisoned(): Promise<ProcessedLog> {
  const log = processedLog()
  await log.give(['c1', 'alice', 'r1', poison], ['c2', 'alice', 'r2', 1], ['c3', 'bob', 'r3', 1], ['c4', 'alice', 'r4', 1])
  return log
}

test('commands behind a poisonous one of the same aggregate follow it in order, those of others go on', async () => {
  const log = await poisoned()
  expect(letters(log)).toEqual([
    ['c1', 'DECIDER_FAILED'],
    ['c2', 'KEY_PARKED'],
    ['c4', 'KEY_PARKED'],
  ])
  expect(outcomes(log, 'bob')).toEqual([['c3', 1]])
})

test('a new owner still knows whose commands wait', async () => {
  const log = await poisoned()
  log.restart()
  await log.give(['c5', 'alice', 'r5', 1], ['c6', 'bob', 'r6', 1])
  expect(letters(log).slice(3)).toEqual([['c5', 'KEY_PARKED']])
  expect(outcomes(log, 'bob').slice(1)).toEqual([['c6', 2]])
})

test('what waits is decided in its order when it comes again, and only then what is new', async () => {
  const log = await poisoned()
  log.restart({ repaired: true })
  // The last one too early, and a new one while others wait.
  await log.give(['c4', 'alice', 'r4', 1], ['c1', 'alice', 'r1', poison], ['c7', 'alice', 'r7', 1])
  await log.give(['c2', 'alice', 'r2', 1], ['c4', 'alice', 'r4', 1], ['c7', 'alice', 'r7', 1], ['c8', 'alice', 'r8', 1])
  expect(outcomes(log).slice(3)).toEqual([
    ['c4', 'COMMAND_PARKED'],
    ['c1', 1],
    ['c7', 'COMMAND_PARKED'],
    ['c2', 2],
    ['c4', 3],
    ['c7', 4],
    ['c8', 5],
  ])
})

test.each([false, true])('sending them again once more changes nothing (owner changed meanwhile: %s)', async (changed) => {
  const log = processedLog()
  await log.give(['c1', 'alice', 'r1', poison], ['c2', 'alice', 'r2', 1])
  log.restart({ repaired: true, forgetful: true })
  const again: [string, string, string, number][] = [
    ['c1', 'alice', 'r1', poison],
    ['c2', 'alice', 'r2', 1],
  ]
  await log.give(...again)
  if (changed) log.restart({ repaired: true, forgetful: true })
  await log.give(...again)
  expect(outcomes(log).map(([id, outcome]) => `${id} ${outcome}`)).toEqual([
    'c1 COMMAND_PARKED',
    'c2 COMMAND_PARKED',
    'c1 1',
    'c2 2',
    'c1 0',
    'c2 0',
  ])
})

test('what is still poison when it comes again stays first', async () => {
  const log = await poisoned()
  log.restart()
  await log.give(['c1', 'alice', 'r1', poison], ['c2', 'alice', 'r2', 1])
  expect(letters(log).slice(3)).toEqual([
    ['c1', 'DECIDER_FAILED'],
    ['c2', 'KEY_PARKED'],
  ])
})

test.each([false, true])('a command that is given up holds up nobody any more (owner changed meanwhile: %s)', async (changed) => {
  const log = await poisoned()
  await log.discard('c1', 'alice')
  if (changed) log.restart()
  await log.give(['c2', 'alice', 'r2', 1], ['c4', 'alice', 'r4', 1], ['c5', 'alice', 'r5', 1])
  // Neither that one again, nor one that never waited.
  await log.discard('c1', 'alice')
  await log.discard('c3', 'bob')
  await log.discard('c9', 'bob')
  expect(outcomes(log).slice(3)).toEqual([
    ['c1', 'COMMAND_DISCARDED'],
    ['c2', 1],
    ['c4', 2],
    ['c5', 3],
    ['c1', 0],
  ])
  expect(outcomes(log, 'bob')).toEqual([
    ['c3', 1],
    ['c3', 0],
    ['c9', 0],
  ])
})

test('a record that says nothing about whose it is parks nobody', async () => {
  const log = processedLog()
  await log.giveRecord({ headers: {} })
  await log.give(['c2', 'alice', 'r2', 1])
  expect(outcomes(log)).toEqual([['c2', 1]])
})

test('an aggregate of whose events one is missing is decided no more; its commands wait, those of others go on', async () => {
  const log = processedLog()
  await log.give(['c1', 'alice', 'r1', 1], ['c2', 'alice', 'r2', 1], ['c3', 'alice', 'r3', 1], ['c4', 'bob', 'r4', 1])
  const written = log.eventLog.read('toy.events').filter((_, offset) => offset !== 1)
  log.eventLog.empty('toy.events')
  await log.eventLog.produce(written)
  log.restart()
  await log.give(['c5', 'alice', 'r5', 1], ['c6', 'bob', 'r6', 1])
  expect(letters(log).map(([, code]) => code)).toEqual(['VERSION_OUT_OF_ORDER', 'AGGREGATE_UNDECIDABLE'])
  expect(outcomes(log, 'bob')).toEqual([
    ['c4', 1],
    ['c6', 2],
  ])
})

test('what is put aside is told with the trace and the saga of its command', async () => {
  const lines: object[] = []
  const logger = createLogger({ service: 'toy', pod: 'p', level: 'debug' }, { write: (line) => void lines.push(JSON.parse(line)) })
  const log = processedLog({ logger })
  const traceId = 'a'.repeat(32)
  const command = { id: 'c1', type: 'Deposit', schemaVersion: '1', version: '0', causationId: 'c1', correlationId: 'ord_1', time }
  const headers = { ...command, traceparent: `00-${traceId}-${'b'.repeat(16)}-01` }
  const texts = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]))
  await log.giveRecord({ key: Buffer.from('alice'), value: Buffer.from('{"ref":"r","cents":"many"}'), headers: texts })
  const place = { topic: 'toy.commands', partition: 0, offset: 0 }
  expect(lines).toMatchObject([
    { level: 'debug', msg: 'command decided', trace_id: traceId, orderId: 'ord_1', type: 'Deposit', ...place },
    { level: 'error', msg: 'command parked', trace_id: traceId, orderId: 'ord_1', code: 'SCHEMA_MISMATCH', ...place },
  ])
})
