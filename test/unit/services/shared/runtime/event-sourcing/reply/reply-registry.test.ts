import { expect, test } from 'vitest'
import { decideBatch } from '../../../../../../../services/shared/runtime/event-sourcing/decide/decide-batch.ts'
import { replyRegistry } from '../../../../../../../services/shared/runtime/event-sourcing/reply/reply-registry.ts'
import { encodeRecord } from '../../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { toLogRecord } from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { accountRules, type Deposited } from '../toy-account.ts'

const time = '2026-01-01T00:00:00.000Z'
const rules = accountRules('toy')

/** What the owner of the partition writes for a deposit. */
function answerTo(id: string, cents: number, refs: readonly string[] = []) {
  const envelope = { id, type: 'Deposit', schemaVersion: 1, aggregateId: 'a', version: 0, causationId: id, correlationId: id, time }
  const command = toLogRecord(encodeRecord('toy.commands', envelope, { ref: 'r', cents }), 0)
  const { records } = decideBatch(rules, new Map([['a', { state: { cents: 0, refs }, version: refs.length }]]), [command], time)
  return records.map(toLogRecord)
}

test('each caller gets the answer to its own command', async () => {
  const answers = replyRegistry<Deposited, string>('toy', { check: rules.checkEvent, versions: {} })
  const [changed, unchanged, refused] = ['c1', 'c2', 'c3'].map((id) => answers.expect(id).answer)
  answers.see([...answerTo('c3', -1), ...answerTo('other', 1), ...answerTo('c1', 5), ...answerTo('c2', 5, ['r'])])
  expect(await changed).toEqual({ status: 'changed', events: [{ type: 'toy.Deposited', data: { ref: 'r', cents: 5 } }], version: 1 })
  expect(await unchanged).toEqual({ status: 'unchanged', version: 1 })
  expect(await refused).toEqual({ status: 'refused', code: 'NEGATIVE', detail: '-1 is negative' })
})

test('two callers with the same command get the same answer, one that gave up gets none', async () => {
  const answers = replyRegistry<Deposited, string>('toy', { check: rules.checkEvent, versions: {} })
  const [first, second, third] = [answers.expect('c1'), answers.expect('c1'), answers.expect('c1')]
  third.forget()
  answers.see(answerTo('c1', 5))
  expect(await first.answer).toEqual(await second.answer)
  expect(await Promise.race([third.answer, Promise.resolve('nothing')])).toBe('nothing')
})

test('an answer from before versions were told has none', async () => {
  const answers = replyRegistry<Deposited, string>('toy', { check: rules.checkEvent, versions: {} })
  const { answer } = answers.expect('c1')
  const old = answerTo('c1', 5, ['r']).map((record) => ({
    ...record,
    value: Buffer.from(JSON.stringify({ commandId: 'c1', commandType: 'Deposit', outcome: 'unchanged' })),
  }))
  answers.see(old)
  expect(await answer).toEqual({ status: 'unchanged' })
})
