import { expect, test } from 'vitest'
import { awaitOutcomes, eventsFromNowOn, worstOf } from '../../../../../scripts/events/dead-letters/await-outcomes.ts'
import { replyRecord } from '../../../../../services/shared/runtime/event-sourcing/index.ts'
import { inMemoryEventLog } from '../../../../../services/shared/runtime/testing/in-memory-event-log.ts'

const time = '2026-01-02T03:04:05.000Z'
const answer = (id: string, code: string) => {
  const origin = { aggregateId: 'MUG', version: 0, causationId: id, correlationId: id, time }
  const envelope = { id, type: 'ChangePrice', schemaVersion: 1, ...origin }
  const command = { envelope, partition: 0, source: 'catalog.commands/0/0', time }
  return replyRecord('catalog', command, { outcome: 'refused', code, detail: '' })
}

test('outcomes that are written after the sending count, whatever was there before', async () => {
  const log = inMemoryEventLog()
  await log.produce([answer('a', 'COMMAND_PARKED'), answer('c', 'PRODUCT_UNKNOWN')])
  const ranges = await eventsFromNowOn(log, ['catalog'])
  const left: number[] = []
  const outcomes = awaitOutcomes(log, ranges, new Set(['a', 'b', 'c']), 300, (count) => void left.push(count))
  await log.produce([answer('a', 'PRODUCT_UNKNOWN'), answer('b', 'COMMAND_PARKED'), answer('other', 'COMMAND_PARKED')])
  expect([...(await outcomes)]).toEqual([
    ['a', 'decided'],
    ['b', 'put aside again'],
  ])
  expect(left).toContain(1)
})

test('nothing to wait for takes no time', async () => {
  expect((await awaitOutcomes(inMemoryEventLog(), [], new Set(), 60_000)).size).toBe(0)
})

test('the worst of several outcomes counts', () => {
  expect(worstOf([])).toBe('decided')
  expect(worstOf(['decided', 'not decided yet'])).toBe('not decided yet')
  expect(worstOf(['not decided yet', 'decided', 'put aside again'])).toBe('put aside again')
})
