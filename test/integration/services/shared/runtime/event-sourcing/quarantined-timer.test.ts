import { afterAll, expect, inject, test } from 'vitest'
import { discardHeader } from '../../../../../../services/shared/runtime/event-sourcing/decide/decode-command.ts'
import { startEventSourcing } from '../../../../../../services/shared/runtime/event-sourcing/start-event-sourcing.ts'
import { encodeRecord } from '../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { accountDecider, commandSchemas, eventSchemas } from '../../../../../unit/services/shared/runtime/event-sourcing/toy-account.ts'
import { connect, eventually, quiet, readAll } from './running-toy.ts'
import { createToyTopics, freshName } from './toy-topics.ts'

const eventLog = connect(inject('brokers'))
afterAll(() => eventLog.close())

test('a timer whose time has passed writes nothing while something of its aggregate is in quarantine, whoever owns it, and once when nothing is', async () => {
  const service = freshName()
  await createToyTopics(inject('brokers'), service)
  /** Whoever has made one late deposit is owed a bonus since long ago. */
  const decider: ReturnType<typeof accountDecider> = {
    ...accountDecider(service),
    deadline: ({ refs }) => {
      const owed = refs.length === 1 && refs[0] === 'late'
      return owed ? { at: '2020-01-01T00:00:00.000Z', command: { type: 'Deposit', data: { ref: 'bonus', cents: 50 } } } : undefined
    },
  }
  const start = async () => {
    const toy = startEventSourcing({
      service,
      eventLog,
      decider,
      commandSchemas,
      eventSchemas: eventSchemas(service),
      logger: quiet,
    })
    await eventually(() => toy.ready().ready)
    return toy
  }
  let toy = await start()
  const recordOf = (id: string, data: unknown) => {
    const envelope = { id, type: 'Deposit', schemaVersion: 1, aggregateId: 'alice', version: 0, causationId: id, correlationId: id }
    return encodeRecord(`${service}.commands`, { ...envelope, time: new Date().toISOString() }, data)
  }
  const sizes = () =>
    Promise.all(['commands', 'events', 'dlq'].map(async (topic) => (await readAll(eventLog, `${service}.${topic}`)).length))
  /** Commands of another account come and are answered, one after the other: were a timer to fire again and again, it would do so meanwhile. */
  const letTimePass = async () => {
    for (let n = 0; n < 5; n += 1) {
      const id = crypto.randomUUID()
      const command = { type: 'Deposit', data: { ref: id, cents: 1 } } as const
      expect(await toy.submit({ id, correlationId: id, aggregateId: 'bob', command }, 15_000)).toMatchObject({ status: 'changed' })
    }
  }
  // In one batch, so that the timer of the first finds the second in quarantine.
  await eventLog.produce([recordOf('c1', { ref: 'late', cents: 1 }), recordOf('c2', { ref: 'poison' })])
  await letTimePass()
  await eventually(async () => (await sizes())[2] === 1)
  expect(await sizes()).toEqual([7, 7, 1])
  await toy.stop()
  toy = await start()
  await letTimePass()
  expect(await sizes()).toEqual([12, 12, 1])

  const given = recordOf('c2', null)
  await eventLog.produce([{ ...given, headers: { ...given.headers, [discardHeader]: 'a typo' } }])
  await eventually(async () => (await sizes())[1] === 14)
  await letTimePass()
  expect(await sizes(), 'the discarding, the bonus, and five of the other account').toEqual([19, 19, 1])
  await toy.stop()
}, 60_000)
