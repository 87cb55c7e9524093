import { expect, test } from 'vitest'
import { type CommandOutcome, EventLogUnavailable } from '../../../../../../services/shared/runtime/event-sourcing/reply/command-outcome.ts'
import { commandSender } from '../../../../../../services/shared/runtime/http/send-command.ts'
import { runInTrace } from '../../../../../../services/shared/runtime/process/trace-context.ts'

const addressed = { aggregateId: 'a1', command: { type: 'DoIt', data: {} } }
const catalogue = { TOO_LATE: { status: 409, title: 'It is too late.' } }

const commandSenderTo = (outcome: () => Promise<CommandOutcome>) => {
  const submitted: object[] = []
  const submit = (command: object, waitMs: number) => {
    submitted.push({ ...command, waitMs })
    return outcome()
  }
  return { sendCommand: commandSender({ submit, catalogue, newId: () => 'id-1' }), submitted }
}

test('a command gets an id of its own, the saga, the version expected, the trace of the request and two seconds of patience', async () => {
  const { sendCommand, submitted } = commandSenderTo(async () => ({ status: 'unchanged' }))
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
  expect(await runInTrace(traceparent, () => sendCommand(addressed, { correlationId: 'saga-1', expectedVersions: [3] }))).toEqual({
    status: 'unchanged',
  })
  expect(submitted).toEqual([{ ...addressed, id: 'id-1', correlationId: 'saga-1', expectedVersion: 3, traceparent, waitMs: 2000 }])
})

test('outside of a saga and of a request it correlates with itself and has no trace', async () => {
  const { sendCommand, submitted } = commandSenderTo(async () => ({ status: 'pending' }))
  expect(await sendCommand(addressed)).toEqual({ status: 'pending' })
  expect(submitted).toEqual([{ ...addressed, id: 'id-1', correlationId: 'id-1', waitMs: 2000 }])
})

test.each([
  ['TOO_LATE', 409],
  ['VERSION_CONFLICT', 412],
  ['COMMAND_PARKED', 409],
  ['KNOWN_TO_A_NEWER_REPLICA', 409],
  ['constructor', 409],
])('a refusal is thrown as a problem: %s', async (code, status) => {
  const { sendCommand } = commandSenderTo(async () => ({ status: 'refused', code, detail: 'Why.' }))
  await expect(sendCommand(addressed)).rejects.toMatchObject({ code, status, detail: 'Why.' })
})

test('of several versions each is asked for, the least first, until one is met, in the time of one', async () => {
  const answers: CommandOutcome[] = [
    { status: 'refused', code: 'VERSION_CONFLICT', detail: '' },
    { status: 'unchanged' },
    { status: 'refused', code: 'VERSION_CONFLICT', detail: '' },
  ]
  const { sendCommand, submitted } = commandSenderTo(async () => answers.shift() ?? { status: 'pending' })
  expect(await sendCommand(addressed, { expectedVersions: [2, 5, 7] })).toEqual({ status: 'unchanged' })
  expect(submitted).toMatchObject([{ expectedVersion: 2 }, { expectedVersion: 5 }])
  for (const { waitMs } of submitted as { waitMs: number }[]) expect(waitMs).toBeLessThanOrEqual(2000)
})

test('no version at all is met by nothing', async () => {
  const { sendCommand, submitted } = commandSenderTo(async () => ({ status: 'refused', code: 'VERSION_CONFLICT', detail: '' }))
  await expect(sendCommand(addressed, { expectedVersions: [] })).rejects.toMatchObject({ status: 412 })
  expect(submitted).toMatchObject([{ expectedVersion: 0 }])
})

test('a log that takes nothing is a 503 to come back from', async () => {
  const cause = new EventLogUnavailable('broker 1')
  const { sendCommand } = commandSenderTo(() => Promise.reject(cause))
  await expect(sendCommand(addressed)).rejects.toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
    status: 503,
    headers: { 'retry-after': '1' },
    cause,
  })
})

test('what was not foreseen passes through', async () => {
  const { sendCommand } = commandSenderTo(() => Promise.reject(new TypeError('bug')))
  await expect(sendCommand(addressed)).rejects.toThrow(TypeError)
})
