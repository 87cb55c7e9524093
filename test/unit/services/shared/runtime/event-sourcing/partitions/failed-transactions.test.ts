import { expect, test } from 'vitest'
import { eventSourcingMetrics } from '../../../../../../../services/shared/runtime/event-sourcing/event-sourcing-metrics.ts'
import {
  type ProcessorOptions,
  partitionProcessor,
} from '../../../../../../../services/shared/runtime/event-sourcing/partitions/partition-processor.ts'
import type { EventLog, OutgoingRecord } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import { encodeRecord } from '../../../../../../../services/shared/runtime/messaging/record-codec.ts'
import {
  type CommitFate,
  type InMemoryEventLog,
  inMemoryEventLog,
} from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { quiet, time } from '../processed-log.ts'
import { type Account, accountRules, type Deposit, type Deposited } from '../toy-account.ts'

const notMember = new Error('another member holds the partition')
const control = { heartbeat: async () => undefined, assertMember: async () => undefined }
const refusing = { ...control, assertMember: () => Promise.reject(notMember) }

/** A partition's owner, with what it warns of. */
function ownerOn(eventLog: EventLog, options: Partial<ProcessorOptions<Account, Deposit, Deposited>> = {}) {
  const warnings: unknown[] = []
  const processor = partitionProcessor({
    rules: accountRules('toy'),
    partition: 0,
    eventLog,
    logger: { ...quiet, warn: (...line) => void warnings.push(line) },
    clock: () => new Date(time),
    metrics: eventSourcingMetrics('toy'),
    snapshotInterval: 1000,
    pause: async () => undefined,
    ...options,
  })
  return { ...processor, warnings }
}

const deposit = (n: number, partition = 0): OutgoingRecord =>
  encodeRecord(
    'toy.commands',
    { id: `c${n}`, type: 'Deposit', schemaVersion: 1, aggregateId: 'a', version: 0, causationId: 'x', correlationId: 'x', time },
    { ref: `r${n}`, cents: 1 },
    partition,
  )

/** All commands of the partition, as Kafka hands them over. */
const batch = (log: InMemoryEventLog, partition = 0) => {
  const records = log.read('toy.commands').filter((record) => record.partition === partition)
  return { topic: 'toy.commands', partition, records, nextOffset: records.length }
}
const versions = (log: InMemoryEventLog) => log.read('toy.events').map(({ headers }) => String(headers.version))

test('who could not read what was there before decides nothing until it has', async () => {
  const log = inMemoryEventLog()
  await log.produce([deposit(0), deposit(1)])
  await ownerOn(log).handle({ ...batch(log), records: batch(log).records.slice(0, 1) }, control)
  let away = true
  const readPartitions: EventLog['readPartitions'] = (ranges) => {
    if (away) throw new Error('Kafka is away')
    return log.readPartitions(ranges)
  }
  const next = ownerOn({ ...log, readPartitions })
  await expect(next.acquire()).rejects.toThrow('Kafka is away')
  await expect(next.handle(batch(log), control)).rejects.toThrow('Kafka is away')
  expect(versions(log)).toEqual(['1'])
  away = false
  await next.handle(batch(log), control)
  expect(versions(log)).toEqual(['1', '2'])
  expect(next.warnings, 'no transaction failed').toEqual([])
})

test('who was fenced and is no member begins with the fence when the partition comes back', async () => {
  const log = inMemoryEventLog((['fenced'] satisfies CommitFate[]).values())
  await log.produce([deposit(0)])
  const owner = ownerOn(log)
  await expect(owner.handle(batch(log), refusing)).rejects.toBe(notMember)
  await owner.handle(batch(log), control)
  expect(versions(log)).toEqual(['1'])
  expect(owner.warnings).toHaveLength(1)
})

test('only who was fenced asks whether it is still a member: another failure is tried again at once', async () => {
  const log = inMemoryEventLog((['failed', 'lost-unknown'] satisfies CommitFate[]).values())
  await log.produce([deposit(0)])
  const owner = ownerOn(log)
  await owner.handle(batch(log), refusing)
  expect(versions(log)).toEqual(['1'])
  expect(owner.warnings).toHaveLength(2)
})

test('a stop ends the attempts: the batch ends without an error and the next owner decides', async () => {
  const log = inMemoryEventLog((['failed'] satisfies CommitFate[]).values())
  await log.produce([deposit(0)])
  const owner = ownerOn(log, { pause: async () => void owner.stop() })
  await owner.handle(batch(log), control)
  await owner.handle(batch(log), control)
  expect(versions(log)).toEqual([])
  await ownerOn(log).handle(batch(log), control)
  expect(versions(log)).toEqual(['1'])
})

test('who is stopped before it ever had the partition leaves its commands', async () => {
  const log = inMemoryEventLog()
  await log.produce([deposit(0)])
  const owner = ownerOn(log)
  await owner.stop()
  await owner.handle(batch(log), control)
  expect(versions(log)).toEqual([])
})

test('a stop ends the reading of what was there before', async () => {
  const log = inMemoryEventLog()
  await log.produce([deposit(0)])
  await ownerOn(log).handle(batch(log), control)
  const owner = ownerOn({
    ...log,
    readPartitions: async function* (ranges) {
      for await (const read of log.readPartitions(ranges)) {
        void owner.stop()
        yield read
      }
    },
  })
  await expect(owner.acquire()).rejects.toThrow('abort')
})

test('each partition has a transactional id of its own, and a stop gives its producer back', async () => {
  const log = inMemoryEventLog()
  const [ids, discarded]: [string[], string[]] = [[], []]
  const transactional: EventLog['transactional'] = (id) => {
    ids.push(id)
    return { ...log.transactional(id), discard: async () => void discarded.push(id) }
  }
  const owners = [0, 1].map((partition) => ownerOn({ ...log, transactional }, { partition }))
  expect(ids).toEqual(['toy-0', 'toy-1'])
  await owners[1]?.stop()
  expect(discarded).toEqual(['toy-1'])
})

test('a command that comes again is answered with where its own partition has the answer', async () => {
  const log = inMemoryEventLog(undefined, 2)
  await log.produce([...[0, 1, 2].map(() => ({ topic: 'toy.events', partition: 0, key: 'b', value: '{}', headers: {} })), deposit(0, 1)])
  const owner = ownerOn(log, { partition: 1, idempotencyWindow: { offsets: 100, ms: 1000 } })
  await owner.handle(batch(log, 1), control)
  await log.produce([deposit(0, 1)])
  await owner.handle(batch(log, 1), control)
  const answers = log.read('toy.events').filter(({ partition }) => partition === 1)
  expect(answers.map(({ value }) => JSON.parse(String(value)).repeats)).toEqual([undefined, 'toy.events/1/0'])
})
