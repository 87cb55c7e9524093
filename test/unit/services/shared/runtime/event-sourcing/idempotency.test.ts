import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recallAnswer } from '../../../../../../services/shared/runtime/event-sourcing/reply/recall-answer.ts'
import { replyRegistry } from '../../../../../../services/shared/runtime/event-sourcing/reply/reply-registry.ts'
import type { LogRecord } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import type { CommitFate } from '../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { type Given, type OwnerOptions, type ProcessedLog, processedLog, quiet, time } from './processed-log.ts'
import { accountRules, accountSnapshots, type Deposited } from './toy-account.ts'

const hourMs = 3600_000
const idempotencyWindow = { offsets: 100, ms: hourMs }
/** A decider that would take every deposit again. */
const forgetful: OwnerOptions = { forgetful: true, idempotencyWindow }

const { checkEvent, versions } = accountRules('toy')

/** What a caller learns that waits for the command while these records come. */
async function replyTo(log: ProcessedLog, commandId: string, records: readonly LogRecord[]): Promise<unknown> {
  const registry = replyRegistry<Deposited, string>('toy', { check: checkEvent, versions }, (answer) => recallAnswer(log.eventLog, answer))
  const { answer } = registry.expect(commandId)
  registry.see(records)
  return answer
}

/** Gives a command; what its caller learns, and the types of the records that came of it. */
async function give(log: ProcessedLog, ...command: Given) {
  const before = log.eventLog.read('toy.events').length
  await log.give(command)
  const records = log.eventLog.read('toy.events').slice(before)
  return { reply: await replyTo(log, command[0], records), types: records.map(({ headers }) => String(headers.type)) }
}

const changed = (ref: string, cents: number, version: number) => ({
  status: 'changed',
  events: [{ type: 'toy.Deposited', data: { ref, cents } }],
  version,
})

test.each([
  ['changed', 5, changed('r', 5, 1)],
  ['was refused', -5, { status: 'refused', code: 'NEGATIVE', detail: '-5 is negative' }],
])('a command that %s and comes again gets the same reply, without an event', async (_, cents, reply) => {
  const log = processedLog(forgetful)
  expect((await give(log, 'c1', 'alice', 'r', cents)).reply).toEqual(reply)
  await give(log, 'c2', 'alice', 's', 1)
  for (let turn = 0; turn < 2; turn += 1)
    expect(await give(log, 'c1', 'alice', 'r', cents)).toEqual({ reply, types: ['toy.CommandAnswered'] })
})

test('negative control: without a window the decider decides it again', async () => {
  const log = processedLog({ forgetful: true })
  await give(log, 'c1', 'alice', 'r', 5)
  expect(await give(log, 'c1', 'alice', 'r', 5)).toEqual({ reply: changed('r', 5, 2), types: ['toy.Deposited'] })
})

test.each<[string, OwnerOptions]>([
  ['all events', {}],
  ['snapshots', { decider: { snapshot: accountSnapshots }, snapshotInterval: 1 }],
])('a new owner that begins with %s gives the same reply', async (_, how) => {
  const log = processedLog({ ...forgetful, ...how })
  await give(log, 'c1', 'alice', 'r', 5)
  for (const n of [1, 2, 3]) await give(log, `d${n}`, 'bob', `r${n}`, 1)
  log.restart({ ...forgetful, ...how })
  expect(await give(log, 'c1', 'alice', 'r', 5)).toEqual({ reply: changed('r', 5, 1), types: ['toy.CommandAnswered'] })
})

test('a new owner that begins with snapshots reads only as many events before them as the window has', async () => {
  const how: OwnerOptions = { decider: { snapshot: accountSnapshots }, snapshotInterval: 1, forgetful: true }
  const log = processedLog(how)
  for (let n = 0; n < 30; n += 1) await give(log, `c${n}`, 'alice', `r${n}`, 1)
  const from: number[] = []
  const { readPartitions } = log.eventLog
  log.eventLog.readPartitions = (ranges) => {
    from.push(...ranges.filter(({ topic }) => topic === 'toy.events').map((range) => range.from))
    return readPartitions(ranges)
  }
  log.restart({ ...how, idempotencyWindow: { offsets: 10, ms: hourMs } })
  expect(await give(log, 'c29', 'alice', 'r29', 1)).toMatchObject({
    reply: { status: 'changed', version: 30 },
    types: ['toy.CommandAnswered'],
  })
  expect(from[0]).toBe(20)
})

test.each<[string, OwnerOptions['idempotencyWindow'], number]>([
  ['offsets', { offsets: 3, ms: hourMs }, 0],
  ['time', { offsets: 100, ms: 1000 }, 1001],
])('past the window in %s the decider decides, for a new owner too', async (_, window, laterMs) => {
  let now = Date.parse(time)
  const options = { forgetful: true, idempotencyWindow: window, clock: () => new Date(now) } as OwnerOptions
  const log = processedLog(options)
  await give(log, 'c1', 'alice', 'r', 5)
  await give(log, 'c2', 'alice', 's', 1)
  await give(log, 'c3', 'alice', 't', 1)
  expect(await give(log, 'c1', 'alice', 'r', 5)).toMatchObject({ types: ['toy.CommandAnswered'] })
  now += laterMs
  expect(await give(log, 'c1', 'alice', 'r', 5)).toMatchObject({ reply: changed('r', 5, 4), types: ['toy.Deposited'] })
  log.restart(options)
  // That one counts from now on.
  expect(await give(log, 'c1', 'alice', 'r', 5)).toMatchObject({ reply: changed('r', 5, 4), types: ['toy.CommandAnswered'] })
})

test('the same id of another aggregate is another command', async () => {
  const log = processedLog(forgetful)
  await give(log, 'c1', 'alice', 'r', 5)
  expect(await give(log, 'c1', 'bob', 'r', 5)).toEqual({ reply: changed('r', 5, 1), types: ['toy.Deposited'] })
})

test('a command that comes twice in one batch is decided once', async () => {
  const log = processedLog(forgetful)
  await log.give(['c1', 'alice', 'r', 5], ['c1', 'alice', 'r', 5], ['c2', 'alice', 's', 1])
  expect(log.events().map(({ envelope, data }) => [envelope.type, envelope.version, (data as { repeats?: string }).repeats])).toEqual([
    ['toy.Deposited', 1, undefined],
    ['toy.CommandAnswered', 0, 'toy.events/0/0'],
    ['toy.Deposited', 2, undefined],
  ])
})

test('a command in quarantine has no answer yet: sent again, it is decided, and sent once more it gets that reply', async () => {
  const log = processedLog(forgetful)
  await give(log, 'c1', 'alice', 'r', 666)
  log.restart({ ...forgetful, repaired: true })
  expect(await give(log, 'c1', 'alice', 'r', 666)).toEqual({ reply: changed('r', 666, 1), types: ['toy.Deposited'] })
  expect(await give(log, 'c1', 'alice', 'r', 666)).toEqual({ reply: changed('r', 666, 1), types: ['toy.CommandAnswered'] })
})

test('an answered command that comes again is not blocked by what waits in quarantine; it can still be discarded once', async () => {
  const log = processedLog(forgetful)
  await give(log, 'c1', 'alice', 'r', 5)
  await give(log, 'c2', 'alice', 's', 666)
  expect((await give(log, 'c1', 'alice', 'r', 5)).reply).toEqual(changed('r', 5, 1))
  await log.discard('c2', 'alice')
  expect((await give(log, 'c2', 'alice', 's', 666)).reply).toEqual({ status: 'refused', code: 'COMMAND_DISCARDED', detail: 'typo' })
})

test('a reply that cannot be recalled leaves its caller waiting, and fails nobody else', async () => {
  const log = processedLog(forgetful)
  await give(log, 'c1', 'alice', 'r', 5)
  await log.give(['c1', 'alice', 'r', 5])
  const records = log.eventLog.read('toy.events').slice(-1)
  const away = async (): Promise<never> => {
    throw new Error('Kafka is away')
  }
  for (const recall of [away, async () => []]) {
    const registry = replyRegistry<Deposited, string>('toy', { check: checkEvent, versions }, recall)
    const { answer, forget } = registry.expect('c1')
    registry.see(records)
    expect(await Promise.race([answer, new Promise((resolve) => setImmediate(() => resolve('waits')))])).toBe('waits')
    forget()
  }
})

test('recalling reads the records of one answer: none where nothing lies, or something else', async () => {
  const log = processedLog()
  await log.give(['c1', 'alice', 'r', 5], ['c2', 'alice', 's', 1])
  const offsets = async (answer: string) => (await recallAnswer(log.eventLog, answer)).map(({ offset }) => offset)
  expect(await offsets('toy.events/0/0')).toEqual([0])
  expect(await offsets('toy.events/0/1')).toEqual([1])
  expect(await offsets('toy.events/0/9')).toEqual([])
  const readPartitions = async function* () {
    yield { topic: 'toy.events', partition: 0, records: [], nextOffset: 1 }
    yield { topic: 'toy.events', partition: 0, records: log.eventLog.read('toy.events').slice(1), nextOffset: 2 }
  }
  expect(await recallAnswer({ readPartitions }, 'toy.events/0/0')).toEqual([])
  expect(await recallAnswer({ readPartitions }, 'toy.events/0/1')).toHaveLength(1)
})

test('whatever comes again, restarts and fails: within the window a command is decided once, and answered alike', async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ id: fc.nat({ max: 6 }), aggregate: fc.nat({ max: 1 }) }) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
  )
  const fates = fc.array(fc.constantFrom<CommitFate>('ok', 'ok', 'failed', 'committed-unknown', 'lost-unknown'), { maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), fates, fc.boolean(), async (steps, endings, snapshots) => {
      const options: OwnerOptions = {
        ...forgetful,
        logger: quiet,
        ...(snapshots && { decider: { snapshot: accountSnapshots }, snapshotInterval: 2 }),
      }
      const log = processedLog(options, endings.values())
      const replies = new Map<string, unknown>()
      for (const next of steps) {
        if (next === 'restart') {
          log.restart(options)
          continue
        }
        const [id, aggregate] = [`c${next.id}`, `a${next.aggregate}`]
        const { reply } = await give(log, id, aggregate, id, next.id - 1)
        const name = `${aggregate} ${id}`
        expect(reply).toEqual(replies.get(name) ?? reply)
        replies.set(name, reply)
      }
      const decided = log.events().filter(({ envelope }) => envelope.version > 0)
      expect(new Set(decided.map(({ envelope }) => `${envelope.aggregateId} ${envelope.causationId}`)).size).toBe(decided.length)
    }),
    { numRuns: 60 },
  )
})
