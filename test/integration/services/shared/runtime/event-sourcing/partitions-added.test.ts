import { Kafka, logLevel } from 'kafkajs'
import { afterAll, expect, inject, test } from 'vitest'
import { startEventSourcing } from '../../../../../../services/shared/runtime/event-sourcing/start-event-sourcing.ts'
import { accountDecider, commandSchemas, eventSchemas } from '../../../../../unit/services/shared/runtime/event-sourcing/toy-account.ts'
import { connect, eventually, quiet, readEvents, runToy } from './running-toy.ts'
import { createToyTopics, freshName } from './toy-topics.ts'

const brokers = inject('brokers')
const [eventLog, others] = [connect(brokers), connect(brokers)]
afterAll(() => Promise.all([eventLog.close(), others.close()]))

test('partitions that somebody adds: every replica is not ready and says why, and no key is decided in two partitions', async () => {
  const service = freshName()
  await createToyTopics(brokers, service)
  const running = await runToy(eventLog, service)
  const keys = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi']
  await Promise.all(keys.map((key) => running.deposit(key, 'r1', 1)))

  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  await admin.createPartitions({ topicPartitions: ['commands', 'events'].map((topic) => ({ topic: `${service}.${topic}`, count: 5 })) })
  await admin.disconnect()

  // It takes a share of the partitions, new ones too; the group is balanced anew for the one that runs already.
  const later = startEventSourcing({
    service,
    eventLog: others,
    decider: accountDecider(service),
    commandSchemas,
    eventSchemas: eventSchemas(service),
    logger: quiet,
  })
  const why = `${service}.commands and ${service}.events have 5 partitions, but began with 2: keys would be decided in two of them`
  await eventually(() => [running, later].every((replica) => replica.ready().waitingFor.includes(why)))
  // Producers that know of the new partitions write keys into them.
  const told = keys.map((aggregateId) =>
    later.submit(
      { id: `again-${aggregateId}`, correlationId: 'x', aggregateId, command: { type: 'Deposit', data: { ref: 'r2', cents: 1 } } },
      1500,
    ),
  )
  expect((await Promise.all(told)).map(({ status }) => status)).toEqual(keys.map(() => 'pending'))
  const events = await readEvents(others, `${service}.events`)
  expect(new Set(events.map(({ envelope }) => envelope.aggregateId)).size).toBe(keys.length)
  expect(events.filter(({ partition }) => partition > 1)).toEqual([])
  await Promise.all([running.stop(), later.stop()])
})
