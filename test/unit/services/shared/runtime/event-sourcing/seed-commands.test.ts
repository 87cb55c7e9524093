import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import type { CommandOutcome } from '../../../../../../services/shared/runtime/event-sourcing/reply/command-outcome.ts'
import { submitSeedCommands } from '../../../../../../services/shared/runtime/event-sourcing/seed-commands.ts'
import { deriveId } from '../../../../../../services/shared/runtime/messaging/derive-id.ts'

vi.mock('node:timers/promises', () => import('../../../../timer-promises.ts'))
afterEach(() => void vi.useRealTimers())

const commands = ['a1', 'a2'].map((aggregateId) => ({ aggregateId, command: { type: 'Begin', data: {} } }))
const logger = pino({ level: 'silent' })

/** Answers in turn; records who asked under which id. */
function log(...answers: (CommandOutcome | Error)[]) {
  const asked: string[] = []
  const submit = async ({ aggregateId, id }: { aggregateId: string; id: string }): Promise<CommandOutcome> => {
    asked.push(`${aggregateId} ${id}`)
    const answer = answers.shift() ?? { status: 'unchanged' }
    if (answer instanceof Error) throw answer
    return answer
  }
  return { submit, asked }
}

test('each command is given once when it is answered, under the same id at every start', async () => {
  const [first, second] = [log(), log()]
  for (const { submit } of [first, second])
    await submitSeedCommands({ service: 's', submit, commands, logger, signal: new AbortController().signal })
  expect(first.asked).toHaveLength(2)
  expect(new Set(first.asked).size).toBe(2)
  expect(second.asked).toEqual(first.asked)
  // As in the logs of shops that began long ago.
  expect(first.asked[0]).toBe(`a1 ${deriveId('opening', 's', 'Begin', 'a1')}`)
})

test('a command without an answer is given again, and so is one that could not be written', async () => {
  const { submit, asked } = log({ status: 'pending' }, new Error('no broker'))
  await submitSeedCommands({ service: 's', submit, commands, logger, signal: new AbortController().signal })
  expect(asked.filter((line) => line.startsWith('a1'))).toHaveLength(2)
  expect(asked.filter((line) => line.startsWith('a2'))).toHaveLength(2)
})

test('a refused command is an answer too, and an error in the log', async () => {
  const lines: string[] = []
  const { submit, asked } = log({ status: 'refused', code: 'NO', detail: 'Why.' })
  const listening = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) })
  await submitSeedCommands({ service: 's', submit, commands, logger: listening, signal: new AbortController().signal })
  expect(asked).toHaveLength(2)
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ code: 'NO', aggregateId: 'a1', msg: 'seed command refused' }])
})

test('stopping ends it', async () => {
  const stopping = new AbortController()
  const { submit, asked } = log()
  stopping.abort()
  await submitSeedCommands({ service: 's', submit, commands, logger, signal: stopping.signal })
  expect(asked).toEqual([])
})

test('a command that could not be written is told, and given again after a second, under its id', async () => {
  vi.useFakeTimers()
  const lines: string[] = []
  const away = new Error('no broker')
  const { submit, asked } = log(away)
  const listening = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
  const [command] = commands
  const given = submitSeedCommands({
    service: 's',
    submit,
    commands: command ? [command] : [],
    logger: listening,
    signal: new AbortController().signal,
  })
  await vi.advanceTimersByTimeAsync(999)
  expect(asked).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  await given
  expect([asked.length, new Set(asked).size]).toEqual([2, 1])
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { err: { message: 'no broker' }, aggregateId: 'a1', msg: 'seed command not written yet' },
  ])
})

test('stopping ends the wait for a log that is away', async () => {
  vi.useFakeTimers()
  const stopping = new AbortController()
  const { submit, asked } = log(...Array.from({ length: 4 }, () => new Error('no broker')))
  const given = submitSeedCommands({ service: 's', submit, commands, logger, signal: stopping.signal })
  const ended = expect(given).rejects.toThrow('abort')
  await vi.advanceTimersByTimeAsync(500)
  stopping.abort()
  await ended
  expect(vi.getTimerCount()).toBe(0)
  expect(asked).toHaveLength(2)
})
