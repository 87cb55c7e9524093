import { expect, test } from 'vitest'
import { decideBatch } from '../../../../../../../services/shared/runtime/event-sourcing/decide/decide-batch.ts'
import { replyRegistry } from '../../../../../../../services/shared/runtime/event-sourcing/reply/reply-registry.ts'
import type { LogRecord } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import { encodeRecord } from '../../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { toLogRecord } from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { accountRules, type Deposited } from '../toy-account.ts'

const time = '2026-01-01T00:00:00.000Z'
const rules = accountRules('toy')
const reading = { check: rules.checkEvent, versions: {} }
/** Callers of the toy service; no answer of before is recalled, unless said otherwise. */
const registry = (recall: (answer: string) => Promise<readonly LogRecord[]> = async () => [], read = reading) =>
  replyRegistry<Deposited, string>('toy', read, recall)

/** What the owner of the partition writes for a deposit. */
function answerTo(id: string, cents: number, refs: readonly string[] = []) {
  const envelope = { id, type: 'Deposit', schemaVersion: 1, aggregateId: 'a', version: 0, causationId: id, correlationId: id, time }
  const command = toLogRecord(encodeRecord('toy.commands', envelope, { ref: 'r', cents }), 0)
  const { records } = decideBatch(rules, new Map([['a', { state: { cents: 0, refs }, version: refs.length }]]), [command], time)
  return records.map(toLogRecord)
}

/** What the owner writes when it was answered before. */
const repeated = (id: string) =>
  answerTo(id, 5, ['r']).map((record) => ({
    ...record,
    value: Buffer.from(JSON.stringify({ commandId: id, commandType: 'Deposit', outcome: 'unchanged', repeats: 'toy.events/0/0' })),
  }))

test('each caller gets the answer to its own command', async () => {
  const answers = registry()
  const [changed, unchanged, refused] = ['c1', 'c2', 'c3'].map((id) => answers.expect(id).answer)
  answers.see([...answerTo('c3', -1), ...answerTo('other', 1), ...answerTo('c1', 5), ...answerTo('c2', 5, ['r'])])
  expect(await changed).toEqual({ status: 'changed', events: [{ type: 'toy.Deposited', data: { ref: 'r', cents: 5 } }], version: 1 })
  expect(await unchanged).toEqual({ status: 'unchanged', version: 1 })
  expect(await refused).toEqual({ status: 'refused', code: 'NEGATIVE', detail: '-1 is negative' })
})

test('two callers with the same command get the same answer, one that gave up gets none', async () => {
  const answers = registry()
  const [first, second, third] = [answers.expect('c1'), answers.expect('c1'), answers.expect('c1')]
  third.forget()
  answers.see(answerTo('c1', 5))
  expect(await first.answer).toEqual(await second.answer)
  expect(await Promise.race([third.answer, Promise.resolve('nothing')])).toBe('nothing')
})

test('an answer from before versions were told has none', async () => {
  const answers = registry()
  const { answer } = answers.expect('c1')
  const old = answerTo('c1', 5, ['r']).map((record) => ({
    ...record,
    value: Buffer.from(JSON.stringify({ commandId: 'c1', commandType: 'Deposit', outcome: 'unchanged' })),
  }))
  answers.see(old)
  expect(await answer).toStrictEqual({ status: 'unchanged' })
})

const nothing = Symbol('nothing')
/** What the caller knows now. */
const now = async (answer: Promise<unknown>): Promise<unknown> => {
  await new Promise(setImmediate)
  return Promise.race([answer, Promise.resolve(nothing)])
}

/** A record that nobody may look at. */
const secret = {
  get key(): never {
    throw new Error('looked at')
  },
} as unknown as LogRecord

test('while nobody waits no record is looked at: not before, not after an answer, not once all gave up', async () => {
  const answers = registry()
  answers.see([secret])
  const [first, second] = [answers.expect('c1'), answers.expect('c1')]
  first.forget()
  expect(() => answers.see([secret])).toThrow('looked at')
  second.forget()
  answers.see([secret])
  const { answer } = answers.expect('c1')
  answers.see(answerTo('c1', 5))
  answers.see([secret])
  expect(await answer).toMatchObject({ status: 'changed' })
  const again = answers.expect('c1')
  answers.see(repeated('c1'))
  answers.see([secret])
  expect(await now(again.answer), 'what it was cannot be recalled').toBe(nothing)
})

test('who was answered and leaves late takes nothing from who asks anew', async () => {
  const answers = registry()
  const first = answers.expect('c1')
  answers.see(answerTo('c1', 5))
  const second = answers.expect('c1')
  first.forget()
  answers.see(answerTo('c1', -1))
  expect(await now(second.answer)).toMatchObject({ status: 'refused', code: 'NEGATIVE' })
})

test('garbage, and events that this release cannot read, answer nobody and stop no other answer', async () => {
  const answers = registry()
  const [garbled, newer, sound] = ['c1', 'c2', 'c3'].map((id) => answers.expect(id).answer)
  const [answer] = answerTo('c2', 5)
  const unread = { ...answer, headers: { ...answer?.headers, schemaVersion: Buffer.from('2') } } as LogRecord
  answers.see([...answerTo('c1', 5).map((record) => ({ ...record, value: Buffer.from('{') })), unread, ...answerTo('c3', 5)])
  expect(await now(sound as Promise<unknown>)).toMatchObject({ status: 'changed' })
  expect([await now(garbled as Promise<unknown>), await now(newer as Promise<unknown>)]).toEqual([nothing, nothing])
})

test('a command with several events has the version of the last', async () => {
  const answers = registry()
  const { answer } = answers.expect('c1')
  const [first] = answerTo('c1', 5)
  const second = { ...first, offset: 1, headers: { ...first?.headers, version: Buffer.from('2') } } as LogRecord
  answers.see([first as LogRecord, second])
  expect(await answer).toMatchObject({ status: 'changed', version: 2, events: [{}, {}] })
})

test('an event whose data look like an answer is an event', async () => {
  const data = { commandId: 'c1', commandType: 'Deposit', outcome: 'refused', repeats: 'toy.events/0/0' }
  const answers = registry(undefined, { ...reading, check: () => undefined })
  const { answer } = answers.expect('c1')
  answers.see(answerTo('c1', 5).map((record) => ({ ...record, value: Buffer.from(JSON.stringify(data)) })))
  expect(await now(answer)).toMatchObject({ status: 'changed', events: [{ type: 'toy.Deposited', data }] })
})

test('what lies where the first answer was counts only when it answers this command', async () => {
  const recalled = async (records: readonly LogRecord[]) => {
    const answers = registry(async () => records)
    const { answer } = answers.expect('c1')
    answers.see(repeated('c1'))
    return now(answer)
  }
  expect(await recalled(answerTo('c1', 5))).toMatchObject({ status: 'changed', version: 1 })
  expect(await recalled(answerTo('other', 5))).toBe(nothing)
})
