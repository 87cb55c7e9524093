import { expect, test } from 'vitest'
import { commandAnsweredType } from '../../../../../../../services/shared/contracts/command-answered.ts'
import type { Envelope } from '../../../../../../../services/shared/contracts/envelope.ts'
import { decideBatch } from '../../../../../../../services/shared/runtime/event-sourcing/decide/decide-batch.ts'
import { quarantineOf } from '../../../../../../../services/shared/runtime/event-sourcing/quarantine/quarantine.ts'
import type { Aggregate } from '../../../../../../../services/shared/runtime/event-sourcing/recover/partition-state.ts'
import type { LogRecord, OutgoingRecord } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import { deriveId } from '../../../../../../../services/shared/runtime/messaging/derive-id.ts'
import { decodeRecord, encodeRecord, isDecodeFailure } from '../../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { toLogRecord } from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { type Account, accountRules } from '../toy-account.ts'

const time = '2026-01-01T00:00:00.000Z'
const rules = accountRules('toy')
const none = new Map()

function deposit(offset: number, data: object, envelope: Partial<Envelope> = {}): LogRecord {
  const whole = {
    id: `c${offset}`,
    type: 'Deposit',
    schemaVersion: 1,
    aggregateId: 'alice',
    version: 0,
    causationId: 'click',
    correlationId: 'saga',
    time: '2025-12-31T23:59:59.000Z',
    ...envelope,
  }
  return toLogRecord(encodeRecord('toy.commands', whole, data, 3), offset)
}

function written(records: readonly OutgoingRecord[], topic = 'toy.events') {
  return records
    .filter((record) => record.topic === topic)
    .map((record, index) => {
      const decoded = decodeRecord(toLogRecord(record, index))
      if (isDecodeFailure(decoded)) throw new Error(decoded.detail)
      return decoded
    })
}

test('an event carries where it comes from, under the next version of its aggregate', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const command = deposit(17, { ref: 'r', cents: 5 }, { traceparent })
  const { records, changed } = decideBatch(rules, new Map([['alice', { state: { cents: 1, refs: ['q'] }, version: 4 }]]), [command], time)
  expect(written(records)).toEqual([
    {
      topic: 'toy.events',
      partition: 3,
      offset: 0,
      data: { ref: 'r', cents: 5 },
      envelope: {
        id: deriveId('c17', '0'),
        type: 'toy.Deposited',
        schemaVersion: 1,
        aggregateId: 'alice',
        version: 5,
        causationId: 'c17',
        correlationId: 'saga',
        traceparent,
        source: 'toy.commands/3/17',
        time,
      },
    },
  ])
  expect(changed).toEqual(new Map([['alice', { state: { cents: 6, refs: ['q', 'r'] }, version: 5 }]]))
})

test('later commands of a batch see what earlier ones did', () => {
  const { records, decided } = decideBatch(
    rules,
    none,
    [1, 2, 1].map((ref, offset) => deposit(offset, { ref: `r${ref}`, cents: 1 })),
    time,
  )
  expect(written(records).map(({ envelope }) => [envelope.type, envelope.version])).toEqual([
    ['toy.Deposited', 1],
    ['toy.Deposited', 2],
    [commandAnsweredType('toy'), 0],
  ])
  expect(decided).toBe(3)
})

test.each<[string, LogRecord, object]>([
  [
    'refused by the decider',
    deposit(0, { ref: 'r', cents: -1 }),
    { outcome: 'refused', code: 'NEGATIVE', detail: '-1 is negative', aggregateVersion: 0 },
  ],
  [
    'given for another version',
    deposit(0, { ref: 'r', cents: 1 }, { expectedVersion: 2 }),
    { outcome: 'refused', code: 'VERSION_CONFLICT', detail: 'expected version 2, the aggregate has version 0' },
  ],
])('a command %s is answered and changes nothing', (_, command, answer) => {
  const { records, changed } = decideBatch(rules, none, [command], time)
  expect(written(records)).toMatchObject([
    {
      data: { commandId: 'c0', commandType: 'Deposit', ...answer },
      envelope: { version: 0, causationId: 'c0', source: 'toy.commands/3/0' },
    },
  ])
  expect(changed.size).toBe(0)
})

test('the expected version may be the right one', () => {
  const { records } = decideBatch(rules, none, [deposit(0, { ref: 'r', cents: 1 }, { expectedVersion: 0 })], time)
  expect(written(records).map(({ envelope }) => envelope.type)).toEqual(['toy.Deposited'])
})

test.each<[string, LogRecord, string]>([
  ['without headers', { ...deposit(0, {}), headers: {} }, 'HEADERS_INVALID'],
  ['with half a value', { ...deposit(0, {}), value: Buffer.from('{"ref":') }, 'VALUE_NOT_JSON'],
  ['with data that do not fit', deposit(0, { ref: 'r', cents: 0.5 }), 'SCHEMA_MISMATCH'],
  ['of a type that nobody knows', deposit(0, {}, { type: 'Withdraw' }), 'SCHEMA_MISMATCH'],
  ['that the decider cannot stand', deposit(0, { ref: 'r', cents: 666 }), 'DECIDER_FAILED'],
])('a command %s is parked with evidence, answered, and those of others go on', (_, bad, code) => {
  const { records, parked } = decideBatch(rules, none, [bad, deposit(1, { ref: 'r', cents: 1 }, { aggregateId: 'bob' })], time)
  const [letter] = records.filter(({ topic }) => topic === 'toy.dlq')
  expect(letter).toMatchObject({
    key: bad.key,
    value: bad.value,
    headers: {
      ...bad.headers,
      'dlq.service': 'toy',
      'dlq.code': code,
      'dlq.detail': expect.stringMatching(/./),
      'dlq.time': time,
      'dlq.topic': 'toy.commands',
      'dlq.partition': '3',
      'dlq.offset': '0',
    },
  })
  expect(parked).toMatchObject([{ record: bad, code }])
  expect(written(records)).toMatchObject([
    { data: { outcome: 'refused', code: 'COMMAND_PARKED', detail: code }, envelope: { source: 'toy.commands/3/0' } },
    { envelope: { type: 'toy.Deposited', source: 'toy.commands/3/1' } },
  ])
})

test('a decider that says what its schema forbids parks the command instead of poisoning its readers', () => {
  const lying = {
    ...rules,
    decider: { ...rules.decider, decide: () => [{ type: 'toy.Deposited' as const, data: { ref: 'r', cents: 0.5 } }] },
  }
  const { records, changed, parked } = decideBatch(lying, none, [deposit(0, { ref: 'r', cents: 1 })], time)
  expect(records.map(({ topic, headers }) => [topic, headers['dlq.code']])).toEqual([
    ['toy.dlq', 'EVENT_INVALID'],
    ['toy.events', undefined],
  ])
  expect(changed.get('alice')).toMatchObject({ state: { cents: 0, refs: [] }, version: 0 })
  expect(parked).toMatchObject([{ code: 'EVENT_INVALID', detail: expect.stringMatching(/^toy\.Deposited: .*cents/) }])
})

const broken = (decider: Partial<typeof rules.decider>, checkEvent = rules.checkEvent) => ({
  ...rules,
  checkEvent,
  decider: { ...rules.decider, ...decider },
})
const anything = (): undefined => undefined

test.each<[string, typeof rules, string, RegExp]>([
  [
    'cannot fold what it says',
    broken({
      evolve: () => {
        throw new Error('no way on')
      },
    }),
    'DECIDER_FAILED',
    /^no way on$/,
  ],
  [
    'throws what is no error',
    broken({
      decide: () => {
        throw 'just text'
      },
    }),
    'DECIDER_FAILED',
    /^just text$/,
  ],
  [
    'refuses in more words than a record takes',
    broken({ decide: () => ({ refused: 'NEGATIVE', detail: 'x'.repeat(200_000) }) }),
    'DECIDER_FAILED',
    /at most 131072$/,
  ],
  [
    'says what JSON has no word for',
    broken({ decide: () => [{ type: 'toy.Deposited', data: { ref: 'r', cents: 1n as never } }], evolve: (state) => state }, anything),
    'EVENT_INVALID',
    /BigInt/,
  ],
  [
    'says nothing at all',
    broken({ decide: () => [{ type: 'toy.Deposited', data: undefined as never }], evolve: (state) => state }, anything),
    'EVENT_INVALID',
    /^there are no data$/,
  ],
])('a decider that %s parks the command, which blocks its aggregate', (_, rulesOfIt, code, detail) => {
  const { parked, changed, records } = decideBatch(rulesOfIt, none, [deposit(0, { ref: 'r', cents: 1 })], time)
  expect(parked).toEqual([{ record: expect.anything(), code, detail: expect.stringMatching(detail) }])
  expect(records.map(({ topic }) => topic)).toEqual(['toy.dlq', 'toy.events'])
  expect(changed.get('alice')).toMatchObject({ version: 0, state: { cents: 0, refs: [] } })
  expect(changed.get('alice')?.quarantine?.waiting.toArray()).toEqual(['c0'])
})

test('an event that its schema forbids is said to be so, also when it cannot be folded', () => {
  const forbidden = broken({
    decide: () => [{ type: 'toy.Deposited', data: { ref: 'r', cents: 0.5 } }],
    evolve: () => {
      throw new Error('half a cent')
    },
  })
  expect(decideBatch(forbidden, none, [deposit(0, { ref: 'r', cents: 1 })], time).parked).toMatchObject([{ code: 'EVENT_INVALID' }])
})

test('what is answered for good is told with the place of its first event: neither what is quarantined nor a repetition', () => {
  const commands = [
    deposit(0, { ref: 'r', cents: 666 }),
    deposit(1, { ref: 's', cents: 1 }, { aggregateId: 'bob' }),
    deposit(2, { ref: 't', cents: 1 }, { aggregateId: 'bob' }),
    deposit(3, { ref: 'u', cents: -1 }, { aggregateId: 'bob' }),
  ]
  const answerOf = ({ commandId }: { readonly commandId: string }) => (commandId === 'c2' ? 'toy.events/3/0' : undefined)
  const { answered, records } = decideBatch(rules, none, commands, time, answerOf)
  expect(answered).toEqual([
    { aggregateId: 'bob', commandId: 'c1', source: 'toy.commands/3/1', event: 1 },
    { aggregateId: 'bob', commandId: 'c3', source: 'toy.commands/3/3', event: 3 },
  ])
  expect(written(records).map(({ data }) => (data as { repeats?: string }).repeats)).toEqual([
    undefined,
    undefined,
    'toy.events/3/0',
    undefined,
  ])
})

test('a transaction stays below what a broker takes at once; the rest is for the next one', () => {
  const commands = Array.from({ length: 10 }, (_, offset) => deposit(offset, { ref: `${offset}`.padEnd(100_000, '.'), cents: 1 }))
  const { decided, records } = decideBatch(rules, none, commands, time)
  expect(decided).toBe(5)
  expect(written(records)).toHaveLength(5)
})

test('a transaction decides a thousand commands at most; the rest is for the next one', () => {
  const commands = Array.from({ length: 1001 }, (_, offset) => deposit(offset, { ref: 'r', cents: 1 }, { aggregateId: `a${offset}` }))
  expect(decideBatch(rules, none, commands, time).decided).toBe(1000)
})

const empty = { state: { cents: 0, refs: [] }, version: 0 }

test.each<[string, Partial<Aggregate<Account>>, string, string]>([
  ['behind others', { quarantine: quarantineOf(['c7', 'c8'], []) }, 'KEY_PARKED', 'waits behind c7 of the same aggregate'],
  [
    'of an aggregate whose events cannot be understood',
    { undecidable: { code: 'SCHEMA_MISMATCH', detail: 'event toy.events/3/1: no cents' } },
    'AGGREGATE_UNDECIDABLE',
    'SCHEMA_MISMATCH: event toy.events/3/1: no cents',
  ],
])('a command %s is parked with what it waits for', (_, aggregate, code, detail) => {
  const aggregates = new Map([['alice', { ...empty, ...aggregate }]])
  const { parked } = decideBatch(rules, aggregates, [deposit(0, { ref: 'r', cents: 1 })], time)
  expect(parked).toEqual([{ record: expect.anything(), code, detail }])
})

test('an aggregate whose quarantine is over is not changed by what is refused', () => {
  const aggregates = new Map([['alice', { ...empty, quarantine: quarantineOf([], ['c7']) }]])
  expect(decideBatch(rules, aggregates, [deposit(0, { ref: 'r', cents: -1 })], time).changed.size).toBe(0)
})

test('garbage that is larger than that alone is parked alone, and the next transaction goes on behind it', () => {
  const large = { ...deposit(0, {}), key: Buffer.alloc(256 * 1024), value: Buffer.alloc(256 * 1024), headers: {} }
  const { decided, records } = decideBatch(rules, none, [large, deposit(1, { ref: 'r', cents: 1 })], time)
  expect(decided).toBe(1)
  expect(records.map(({ topic }) => topic)).toEqual(['toy.dlq', 'toy.events'])
})

test('what cannot be read is said to be so, also where each key has a partition of its own', () => {
  const homes = { ...rules, homeOf: (key: string) => key.length }
  expect(decideBatch(homes, none, [{ ...deposit(0, {}), headers: {} }], time).parked).toMatchObject([{ code: 'HEADERS_INVALID' }])
})

test('the header that gives up a quarantined command keeps its name: tools of other releases write it', () => {
  const given = deposit(0, { ref: 'r', cents: 1 })
  const discard = { ...given, headers: { ...given.headers, 'redrive.discard': Buffer.from('typo') } }
  const aggregates = new Map([['alice', { ...empty, quarantine: quarantineOf(['c0'], []) }]])
  const { records } = decideBatch(rules, aggregates, [discard], time)
  expect(written(records).map(({ data }) => data)).toMatchObject([{ outcome: 'refused', code: 'COMMAND_DISCARDED', detail: 'typo' }])
})
