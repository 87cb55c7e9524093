import { expect, test } from 'vitest'
import { answeredCommands } from '../../../../../../../services/shared/runtime/event-sourcing/recover/answered-commands.ts'

const second = (n: number): string => new Date(Date.parse('2026-01-01T00:00:00.000Z') + n * 1000).toISOString()
const answer = (commandId: string, offset: number, seconds = 0, aggregateId = 'alice', source = `c/0/${offset}`) => ({
  aggregateId,
  commandId,
  source,
  offset,
  time: second(seconds),
})
const command = (commandId: string, aggregateId = 'alice') => ({ aggregateId, commandId })

test('an answer is found up to the last offset and the last millisecond of the window', () => {
  const answered = answeredCommands({ offsets: 10, ms: 5000 })
  answered.note(answer('c', 7, 1))
  expect(answered.find(command('c'), { offset: 17, time: second(6) })).toBe(7)
  expect(answered.find(command('c'), { offset: 18, time: second(6) })).toBeUndefined()
  expect(answered.find(command('c'), { offset: 17, time: second(6.001) })).toBeUndefined()
})

test('the same id of another aggregate is another command, also where both together read the same', () => {
  const answered = answeredCommands({ offsets: 10, ms: 5000 })
  answered.note(answer('c', 1, 0, 'ab'))
  expect(answered.find(command('bc', 'a'), { offset: 2, time: second(0) })).toBeUndefined()
  expect(answered.find(command('c', 'ab'), { offset: 2, time: second(0) })).toBe(1)
})

test('the first of several events of a command is where its answer begins, however small the window', () => {
  const answered = answeredCommands({ offsets: 1, ms: 5000 })
  for (const offset of [1, 2, 3]) answered.note(answer('c', offset, 0, 'alice', 'c/0/0'))
  expect(answered.find(command('c'), { offset: 2, time: second(0) })).toBe(1)
  expect(answered.find(command('c'), { offset: 4, time: second(0) })).toBeUndefined()
})

test.each([
  ['offsets', 20, 1],
  ['time', 2, 9],
])('within the window the first answer of a command counts; once it is past in %s, the next does', (_, offset, seconds) => {
  const answered = answeredCommands({ offsets: 10, ms: 5000 })
  answered.note(answer('c', 0))
  answered.note(answer('c', 1))
  expect(answered.find(command('c'), { offset: 2, time: second(0) })).toBe(0)
  answered.note(answer('c', offset, seconds))
  expect(answered.find(command('c'), { offset, time: second(seconds) })).toBe(offset)
})

test('what is past the window is forgotten for good: it is not found again at an earlier moment', () => {
  const answered = answeredCommands({ offsets: 10, ms: 5000 })
  answered.note(answer('old', 0))
  answered.note(answer('late', 5))
  answered.note(answer('new', 11))
  expect(answered.find(command('old'), { offset: 1, time: second(0) })).toBeUndefined()
  expect(answered.find(command('late'), { offset: 6, time: second(0) })).toBe(5)
})
