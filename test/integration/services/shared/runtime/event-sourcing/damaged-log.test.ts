import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { type EventSourcing, startEventSourcing } from '../../../../../../services/shared/runtime/event-sourcing/start-event-sourcing.ts'
import type { EventLog, LogRecord } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import {
  type Account,
  accountDecider,
  accountSnapshots,
  commandSchemas,
  type Deposit,
  type Deposited,
  eventSchemas,
} from '../../../../../unit/services/shared/runtime/event-sourcing/toy-account.ts'
import { connect, eventually, quiet, readAll, readEvents } from './running-toy.ts'
import { createToyTopics, freshName, makeTopicAnew } from './toy-topics.ts'

const brokers = inject('brokers')
const accounts = ['a0', 'a1', 'a2', 'a3']
const snapshotInterval = 5

interface Owner extends EventSourcing<Deposit, Deposited, 'NEGATIVE'> {
  readonly warnings: string[]
  /** How many records of the events were read one after the other, not as news. */
  readonly eventsRead: () => number
  readonly end: () => Promise<void>
}

let service: string
let owners: Owner[] = []

beforeEach(async () => {
  service = freshName()
  await createToyTopics(brokers, service)
})
afterEach(async () => {
  await Promise.all(owners.map(({ end }) => end()))
  owners = []
})

/** A replica with connections of its own, as a process has; not necessarily ready. */
function begin(foldVersion = 1): Owner {
  const log = connect(brokers)
  const read = new Set<string>()
  const readPartitions: EventLog['readPartitions'] = async function* (ranges) {
    for await (const batch of log.readPartitions(ranges)) {
      if (batch.topic === `${service}.events`) for (const { partition, offset } of batch.records) read.add(`${partition}/${offset}`)
      yield batch
    }
  }
  const warnings: string[] = []
  const running = startEventSourcing<Account, Deposit, Deposited, 'NEGATIVE'>({
    service,
    eventLog: { ...log, readPartitions },
    decider: { ...accountDecider(service), snapshot: { ...accountSnapshots, foldVersion } },
    commandSchemas,
    eventSchemas: eventSchemas(service),
    snapshotInterval,
    logger: { ...quiet, warn: (_: unknown, message = '') => void warnings.push(message) },
  })
  const end = async (): Promise<void> => {
    owners = owners.filter((other) => other !== owner)
    await running.stop()
    await log.close()
  }
  const owner: Owner = { ...running, warnings, eventsRead: () => read.size, end }
  owners.push(owner)
  return owner
}

async function beginReady(foldVersion?: number): Promise<Owner> {
  const owner = begin(foldVersion)
  await eventually(() => owner.ready().ready)
  return owner
}

const deposit = (owner: Owner, aggregateId: string, ref: string, waitMs = 15_000) => {
  const id = `${ref} in ${aggregateId}`
  return owner.submit({ id, correlationId: id, aggregateId, command: { type: 'Deposit', data: { ref, cents: 1 } } }, waitMs)
}
const depositEach = (owner: Owner, ref: string) => Promise.all(accounts.map((account) => deposit(owner, account, ref)))

/** Ten deposits in each of four accounts, and snapshots of them. */
async function history(): Promise<void> {
  const owner = await beginReady()
  for (let n = 0; n < 10; n += 1) await depositEach(owner, `r${n}`)
  await owner.end()
  expect((await read('snapshots')).length).toBeGreaterThan(accounts.length)
}

async function withLog<T>(use: (log: EventLog) => Promise<T>): Promise<T> {
  const log = connect(brokers)
  try {
    return await use(log)
  } finally {
    await log.close()
  }
}
const read = (topic: string): Promise<LogRecord[]> => withLog((log) => readAll(log, `${service}.${topic}`))
/** Id, aggregate and version of each event, by aggregate. */
const events = async () =>
  (await withLog((log) => readEvents(log, `${service}.events`)))
    .map(({ envelope: { id, aggregateId, version } }) => ({ id, aggregateId, version }))
    .sort((one, other) => one.aggregateId.localeCompare(other.aggregateId) || one.version - other.version)
const anew = (topic: string) => makeTopicAnew(brokers, `${service}.${topic}`)
const notUsed = 'snapshots not used; reading all events instead'

test('events that are gone are decided again from the commands: a snapshot that knows more than they do is not used', async () => {
  await history()
  const before = await events()
  await anew('events')
  const owner = await beginReady()
  expect(owner.warnings).toContain(notUsed)
  await eventually(async () => (await events()).length === before.length)
  expect(await events()).toEqual(before)
  expect(await deposit(owner, 'a1', 'new')).toMatchObject({ status: 'changed', version: 11 })
})

test('when events and commands are gone nothing is remembered, and snapshots of what follows take the place of the old ones', async () => {
  await history()
  await anew('events')
  await anew('commands')
  const owner = await beginReady()
  expect(owner.warnings).toContain(notUsed)
  for (let n = 1; n <= 2 * snapshotInterval; n += 1)
    for (const answer of await depositEach(owner, `new${n}`)) expect(answer).toMatchObject({ status: 'changed', version: n })
  await owner.end()
  const next = await beginReady()
  expect(next.warnings).not.toContain(notUsed)
  expect(await deposit(next, 'a2', 'last')).toMatchObject({ status: 'changed', version: 2 * snapshotInterval + 1 })
})

test.each(['that is no snapshot', 'of another fold'])('a snapshot %s is not used, and new ones take its place', async (kind) => {
  await history()
  const foldVersion = kind === 'of another fold' ? 2 : 1
  const key = (await read('snapshots')).map((record) => ({ ...record, value: '{"state":' }))
  if (foldVersion === 1) await withLog((log) => log.produce(key))
  const all = (await events()).length

  const owner = await beginReady(foldVersion)
  expect(owner.warnings).toContain(notUsed)
  expect(owner.eventsRead()).toBe(all)
  expect(await deposit(owner, 'a1', 'r3')).toMatchObject({ status: 'unchanged' })
  for (let n = 0; n < 2 * snapshotInterval; n += 1) await depositEach(owner, `new${n}`)
  await owner.end()

  const next = await beginReady(foldVersion)
  expect(next.warnings).not.toContain(notUsed)
  expect(next.eventsRead()).toBeLessThan(all / 2)
  expect(await deposit(next, 'a1', 'last')).toMatchObject({ status: 'changed', version: 10 + 2 * snapshotInterval + 1 })
})
