import { Kafka, logLevel } from 'kafkajs'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { raiseEnd } from '../../../../../scripts/events/remade/raise-end.ts'
import { remadePartitions, repairPartition } from '../../../../../scripts/events/remade/repair-commands.ts'
import { startEventSourcing } from '../../../../../services/shared/runtime/event-sourcing/index.ts'
import type { EventLog } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import {
  type Account,
  accountDecider,
  commandSchemas,
  type Deposit,
  type Deposited,
  eventSchemas,
} from '../../../../unit/services/shared/runtime/event-sourcing/toy-account.ts'
import { connect, eventually, quiet, readAll, readEvents } from '../../../services/shared/runtime/event-sourcing/running-toy.ts'
import { createToyTopics, freshName, makeTopicAnew } from '../../../services/shared/runtime/event-sourcing/toy-topics.ts'

const brokers = inject('brokers')
const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING })
let service: string
let stops: (() => Promise<void>)[] = []

beforeEach(async () => {
  service = freshName()
  await createToyTopics(brokers, service)
})
afterEach(async () => {
  for (const stop of stops.toReversed()) await stop()
  stops = []
})

function open(): EventLog {
  const log = connect(brokers)
  stops.push(() => log.close())
  return log
}

/** A replica with connections of its own, as a process has; not necessarily ready. */
function begin() {
  const running = startEventSourcing<Account, Deposit, Deposited, 'NEGATIVE'>({
    service,
    eventLog: open(),
    decider: accountDecider(service),
    commandSchemas,
    eventSchemas: eventSchemas(service),
    logger: quiet,
  })
  const stop = running.stop
  stops.push(stop)
  const deposit = (ref: string, waitMs = 15_000) =>
    running.submit({ id: ref, correlationId: ref, aggregateId: 'a', command: { type: 'Deposit', data: { ref, cents: 1 } } }, waitMs)
  return { ready: running.ready, deposit, end: () => stop().then(() => void stops.splice(stops.indexOf(stop), 1)) }
}

test('a commands topic that was made anew is repaired: its owner goes on, and what it took meanwhile is decided once', async () => {
  const eventLog = open()
  const before = begin()
  await eventually(() => before.ready().ready)
  for (let n = 0; n < 5; n += 1) await before.deposit(`r${n}`)
  await before.end()
  expect(await remadePartitions(eventLog, [service])).toEqual([])

  await makeTopicAnew(brokers, `${service}.commands`)
  const after = begin()
  await eventually(() => after.ready().waitingFor.some((what) => what.includes('it was made anew')))
  expect(after.ready().ready).toBe(false)
  expect(await after.deposit('meanwhile', 500)).toEqual({ status: 'pending' })

  const [remade, ...others] = await remadePartitions(eventLog, [service])
  expect(others).toEqual([])
  expect(remade).toMatchObject({ end: 1, answeredUpTo: 5 })
  expect(remade?.passedOver.map(({ offset }) => offset)).toEqual([0])
  if (!remade) throw new Error('nothing found')
  expect(await repairPartition(eventLog, kafka, remade)).toBe(1)

  await eventually(() => after.ready().ready)
  expect(await after.deposit('later')).toMatchObject({ status: 'changed', version: 7 })
  expect(await remadePartitions(eventLog, [service])).toEqual([])
  // A second time there is nothing to be sent.
  expect(await repairPartition(eventLog, kafka, remade)).toBe(0)
  const refs = (await readEvents(eventLog, `${service}.events`)).map(({ data }) => (data as { ref: string }).ref)
  expect(refs).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'meanwhile', 'later'])
})

test('an end is raised to the offset asked for, and nobody sees a record', async () => {
  const eventLog = open()
  const topic = `${service}.commands`
  await eventLog.produce([{ topic, partition: 1, key: 'k', value: '{}', headers: {} }])
  await raiseEnd(kafka, { topic, partition: 1 }, 1, 25_003)
  expect((await eventLog.endOffsets(topic)).get(1)).toBe(25_003)
  expect(await readAll(eventLog, topic)).toHaveLength(1)
  // The mark of a transaction that moves an end by one takes a place itself.
  await raiseEnd(kafka, { topic, partition: 1 }, 25_003, 25_004)
  expect((await eventLog.endOffsets(topic)).get(1)).toBe(25_005)
})
