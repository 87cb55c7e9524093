import fc from 'fast-check'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { eventSourcingMetrics } from '../../../../../../../services/shared/runtime/event-sourcing/event-sourcing-metrics.ts'
import {
  type PartitionProcessor,
  partitionProcessor,
} from '../../../../../../../services/shared/runtime/event-sourcing/partitions/partition-processor.ts'
import type { Logger } from '../../../../../../../services/shared/runtime/kafka/client/kafka-logger.ts'
import type { EventLog } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import { decodeRecord, encodeRecord, isDecodeFailure } from '../../../../../../../services/shared/runtime/messaging/record-codec.ts'
import {
  type CommitFate,
  type InMemoryEventLog,
  inMemoryEventLog,
  toLogRecord,
} from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { accountRules } from '../toy-account.ts'

const time = '2026-01-01T00:00:00.000Z'
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const control = { heartbeat: async () => undefined, assertMember: async () => undefined }

const processorOn = (eventLog: EventLog, logger: Logger = quiet, registry?: Registry): PartitionProcessor =>
  partitionProcessor({
    rules: accountRules('toy'),
    partition: 0,
    eventLog,
    logger,
    clock: () => new Date(time),
    metrics: eventSourcingMetrics('toy', registry),
    snapshotInterval: 1000,
    pause: async () => undefined,
  })

const deposit = (offset: number, aggregateId: string, ref: string, cents = 1) =>
  toLogRecord(
    encodeRecord(
      'toy.commands',
      { id: `c${offset}`, type: 'Deposit', schemaVersion: 1, aggregateId, version: 0, causationId: 'x', correlationId: 'x', time },
      { ref, cents },
    ),
    offset,
  )
const batchOf = (records: ReturnType<typeof deposit>[]) => ({ topic: 'toy.commands', partition: 0, records, nextOffset: records.length })

/** Writes those of the commands that are not in the log yet, then has all of them handled. */
async function handle(owner: PartitionProcessor, eventLog: InMemoryEventLog, commands: ReturnType<typeof deposit>[]): Promise<void> {
  await eventLog.produce(commands.slice(Math.max(0, eventLog.read('toy.commands').length - (commands[0]?.offset ?? 0))))
  await owner.handle(batchOf(commands), control)
}

const envelopes = (records: readonly ReturnType<typeof deposit>[]) =>
  records.map((record) => {
    const decoded = decodeRecord(record)
    if (isDecodeFailure(decoded)) throw new Error(decoded.detail)
    return decoded.envelope
  })

test('however commits end and whenever the owner changes, each command has one outcome and versions have no gaps', async () => {
  const fate = fc.constantFrom<CommitFate>('ok', 'failed', 'fenced', 'committed-unknown', 'lost-unknown')
  const step = fc.record({ commands: fc.integer({ min: 1, max: 4 }), newOwner: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(fate, { maxLength: 6 }), fc.array(step, { minLength: 1, maxLength: 6 }), async (fates, steps) => {
      const eventLog = inMemoryEventLog(fates.values())
      const commands: ReturnType<typeof deposit>[] = []
      let owner = processorOn(eventLog)
      for (const { commands: count, newOwner } of steps) {
        if (newOwner) owner = processorOn(eventLog)
        const from = newOwner ? await owner.acquire() : commands.length
        for (let n = 0; n < count; n += 1) commands.push(deposit(commands.length, `a${commands.length % 2}`, `r${commands.length}`))
        await handle(owner, eventLog, commands.slice(from))
      }
      const written = envelopes(eventLog.read('toy.events'))
      expect(written.map(({ source }) => source)).toEqual(commands.map(({ offset }) => `toy.commands/0/${offset}`))
      for (const [, events] of Map.groupBy(written, ({ aggregateId }) => aggregateId)) {
        expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1))
      }
    }),
    { numRuns: 300 },
  )
})

test('a new owner goes on behind the last answer, also when that was a refusal', async () => {
  const eventLog = inMemoryEventLog()
  await handle(processorOn(eventLog), eventLog, [deposit(0, 'a', 'r0'), deposit(1, 'a', 'r1', -5)])
  expect(await processorOn(eventLog).acquire()).toBe(2)
})

test('of two processors that both believe to own the partition, the one that acquired last writes', async () => {
  const eventLog = inMemoryEventLog()
  const former = processorOn(eventLog)
  const latter = processorOn(eventLog)
  await former.acquire()
  await latter.acquire()
  const notMember = new Error('another member holds the partition')
  const refusing = { ...control, assertMember: async () => Promise.reject(notMember) }
  await expect(former.handle(batchOf([deposit(0, 'a', 'r0')]), refusing)).rejects.toBe(notMember)
  expect(eventLog.read('toy.events')).toEqual([])
  await latter.handle(batchOf([deposit(0, 'a', 'r0')]), control)
  expect(eventLog.read('toy.events')).toHaveLength(1)
})

test('who is stopped while it waits for its turn to acquire does not fence the next owner', async () => {
  const memory = inMemoryEventLog()
  let fences = 0
  const eventLog: EventLog = {
    ...memory,
    transactional: (id) => {
      const writer = memory.transactional(id)
      const fence = () => {
        fences += 1
        return writer.fence()
      }
      return { ...writer, fence }
    },
  }
  const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const former = processorOn({
    ...eventLog,
    readPartitions: async function* (ranges) {
      begun.resolve()
      await goOn.promise
      yield* memory.readPartitions(ranges)
    },
  })
  const first = former.acquire()
  await begun.promise
  // A rebalance asks again while it still reads; then the partition is given up.
  const second = former.acquire()
  const stopped = former.stop()
  const latter = processorOn(eventLog)
  await latter.acquire()
  goOn.resolve()
  await Promise.allSettled([first, second, stopped])
  await former.handle(batchOf([deposit(0, 'a', 'r0')]), control)
  expect(fences, 'of each owner one').toBe(2)
  await handle(latter, memory, [deposit(0, 'a', 'r0')])
  expect(memory.read('toy.events')).toHaveLength(1)
})

test('garbage in the own events topic is parked and passed over', async () => {
  const eventLog = inMemoryEventLog()
  await eventLog.produce([{ topic: 'toy.events', key: 'a', value: 'garbage', headers: {} }])
  const owner = processorOn(eventLog)
  expect(await owner.acquire()).toBe(0)
  await handle(owner, eventLog, [deposit(0, 'a', 'r0')])
  expect(eventLog.read('toy.dlq').map(({ value, headers }) => [value?.toString(), headers['dlq.code']?.toString()])).toEqual([
    ['garbage', 'HEADERS_INVALID'],
  ])
  expect(envelopes(eventLog.read('toy.events').slice(1)).map(({ type, version }) => [type, version])).toEqual([
    ['toy.CommandAnswered', 0],
    ['toy.Deposited', 1],
  ])
  await owner.acquire()
  expect(eventLog.read('toy.dlq'), 'the partition given to the same owner again').toHaveLength(1)
  await processorOn(eventLog).acquire()
  expect(eventLog.read('toy.dlq'), 'read by another owner').toHaveLength(1)
})

test('a command is parked once, also when its owner changes right after', async () => {
  const eventLog = inMemoryEventLog()
  const broken = { ...deposit(0, 'a', 'r0'), value: Buffer.from('{') }
  await handle(processorOn(eventLog), eventLog, [broken])
  await handle(processorOn(eventLog), eventLog, [broken])
  expect(eventLog.read('toy.dlq')).toHaveLength(1)
})

test('commands that are gone before they were decided are told', async () => {
  const errors: unknown[] = []
  const logger = { ...quiet, error: (...line: unknown[]) => void errors.push(line) }
  const eventLog = inMemoryEventLog()
  const owner = processorOn(eventLog, logger)
  await owner.handle(batchOf([deposit(0, 'a', 'r0')]), control)
  expect(errors).toEqual([])
  await owner.handle(batchOf([deposit(5, 'a', 'r5')]), control)
  expect(errors).toEqual([[{ topic: 'toy.commands', partition: 0, from: 1, to: 4 }, 'commands were removed before they were decided']])
})

test('a commands topic that was made anew is not taken for answered: nobody owns the partition until somebody has looked', async () => {
  const eventLog = inMemoryEventLog()
  await handle(processorOn(eventLog), eventLog, [deposit(0, 'a', 'r0'), deposit(1, 'a', 'r1')])
  eventLog.empty('toy.commands')
  await eventLog.produce([deposit(0, 'a', 'another')])
  await expect(processorOn(eventLog).acquire()).rejects.toThrow('toy.commands/0 ends at 1, but is answered up to 2')
})

test('transactions and what they decide and park are counted', async () => {
  const registry = new Registry()
  const eventLog = inMemoryEventLog()
  await eventLog.produce([{ topic: 'toy.events', key: 'a', value: 'garbage', headers: {} }])
  const commands = [deposit(0, 'a', 'r0'), deposit(1, 'b', 'r1', 666), deposit(2, 'a', 'r2')]
  await handle(processorOn(eventLog, quiet, registry), eventLog, commands)
  const lines = (await registry.metrics()).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'commands_decided_total{service="toy"} 3',
      'records_parked_total{service="toy"} 2',
      'command_batch_size_sum{service="toy"} 3',
      'command_batch_size_count{service="toy"} 1',
      'event_transaction_seconds_count{service="toy"} 2',
      'commands_quarantined{service="toy"} 1',
    ]),
  )
})

test('a transaction that fails is told with the number of failures in a row', async () => {
  const warnings: unknown[] = []
  const logger = { ...quiet, warn: (...line: unknown[]) => void warnings.push(line) }
  const eventLog = inMemoryEventLog((['failed', 'failed', 'ok', 'failed'] satisfies CommitFate[]).values())
  const owner = processorOn(eventLog, logger)
  await handle(owner, eventLog, [deposit(0, 'a', 'r0')])
  await handle(owner, eventLog, [deposit(1, 'a', 'r1')])
  const message = 'transaction failed; fencing and reading what became of it'
  const line = (failures: number) => [{ err: expect.any(Error), service: 'toy', partition: 0, failures }, message]
  expect(warnings).toEqual([line(1), line(2), line(1)])
})

test('own events that cannot be understood are told together: how many, and the first ten', async () => {
  const errors: unknown[] = []
  const logger = { ...quiet, error: (...line: unknown[]) => void errors.push(line) }
  const eventLog = inMemoryEventLog()
  await eventLog.produce(Array.from({ length: 12 }, () => ({ topic: 'toy.events', key: 'a', value: 'garbage', headers: {} })))
  await processorOn(eventLog, logger).acquire()
  const told = { topic: 'toy.events', partition: 0, offsets: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], records: 12 }
  expect(errors).toEqual([[told, 'own events that cannot be understood; parked']])
})
