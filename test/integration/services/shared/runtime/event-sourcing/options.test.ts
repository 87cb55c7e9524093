import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { aggregateType, startAggregates } from '../../../../../../services/shared/runtime/event-sourcing/aggregate-types.ts'
import {
  type EventSourcing,
  type EventSourcingOptions,
  startEventSourcing,
} from '../../../../../../services/shared/runtime/event-sourcing/start-event-sourcing.ts'
import type { EventLog } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import {
  type Account,
  accountDecider,
  accountSnapshots,
  commandSchemas,
  type Deposit,
  type Deposited,
  eventSchemas,
} from '../../../../../unit/services/shared/runtime/event-sourcing/toy-account.ts'
import { connect, eventually, quiet, readEvents } from './running-toy.ts'
import { createToyTopics, freshName } from './toy-topics.ts'

type Toy = EventSourcing<Deposit, Deposited, 'NEGATIVE'>
type Options = EventSourcingOptions<Account, Deposit, Deposited, 'NEGATIVE', Deposited>

const brokers = inject('brokers')
let eventLog: EventLog
const running: { stop(): Promise<void> }[] = []

beforeEach(() => {
  eventLog = connect(brokers)
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()))
  await eventLog.close()
})

const rules = (service: string) => ({
  decider: { ...accountDecider(service), snapshot: accountSnapshots },
  commandSchemas,
  eventSchemas: eventSchemas(service),
})

async function start(service: string, options: Partial<Options> = {}): Promise<Toy> {
  const toy = startEventSourcing<Account, Deposit, Deposited, 'NEGATIVE', Deposited>({
    service,
    eventLog,
    logger: quiet,
    ...rules(service),
    ...options,
  })
  running.push(toy)
  await eventually(() => toy.ready().ready)
  return toy
}

const deposit = (toy: Toy, id: string, cents = 1) =>
  toy.submit({ id, correlationId: id, aggregateId: 'alice', command: { type: 'Deposit', data: { ref: id, cents } } }, 20_000)

test('two aggregate types of one service have topics of their own, and the same id stands for an aggregate of each', async () => {
  const service = freshName()
  const streams = [`${service}-account`, `${service}-loan`]
  for (const stream of streams) await createToyTopics(brokers, stream)
  const bank = startAggregates({
    service,
    eventLog,
    logger: quiet,
    aggregates: { account: aggregateType(rules(`${service}-account`)), loan: aggregateType(rules(`${service}-loan`)) },
  })
  running.push(bank)
  await eventually(() => bank.ready().ready)
  expect(await deposit(bank.of.account, 'c1', 666)).toMatchObject({ status: 'refused', code: 'COMMAND_PARKED' })
  expect(await deposit(bank.of.loan, 'c1', 5)).toMatchObject({ status: 'changed', version: 1 })
  expect(await deposit(bank.of.account, 'c2', 5)).toMatchObject({ status: 'refused', code: 'COMMAND_PARKED' })
  expect(await deposit(bank.of.loan, 'c2', 5)).toMatchObject({ status: 'changed', version: 2 })
  const [accounts, loans] = await Promise.all(streams.map((stream) => readEvents(eventLog, `${stream}.events`)))
  expect(accounts?.map(({ envelope }) => envelope.version)).toEqual([0, 0])
  expect(loans?.map(({ envelope }) => envelope.version)).toEqual([1, 2])
})

test('a command that comes again gets its first answer, also from the next process, which begins with snapshots', async () => {
  const service = freshName()
  await createToyTopics(brokers, service)
  const forgetful = {
    ...rules(service).decider,
    decide: ({ data }: Deposit) => [
      { type: `${service}.Deposited`, data } as const,
      { type: `${service}.Deposited`, data: { ...data, ref: `${data.ref}'` } } as const,
    ],
  }
  const options = { decider: forgetful, snapshotInterval: 1, idempotencyWindow: { offsets: 1000, ms: 600_000 } }
  const toy = await start(service, options)
  const first = await deposit(toy, 'c1')
  expect(first).toMatchObject({ status: 'changed', version: 2, events: [{}, {}] })
  for (const n of [2, 3, 4]) await deposit(toy, `c${n}`)
  expect(await deposit(toy, 'c1')).toEqual(first)
  await running.pop()?.stop()
  const next = await start(service, options)
  expect(await deposit(next, 'c1')).toEqual(first)
  expect(await deposit(next, 'c4')).toMatchObject({ status: 'changed', version: 8 })
  await running.pop()?.stop()
  // Negative control: without a window the decider decides anew.
  expect(await deposit(await start(service, { decider: forgetful }), 'c1')).toMatchObject({ status: 'changed', version: 10 })
})

test('with other names at the broker, two environments do not see each other', async () => {
  const service = freshName()
  const named = (environment: string) => (name: string) => `${environment}.${name}`
  for (const environment of ['blue', 'green']) {
    await createToyTopics(brokers, `${environment}.${service}`)
    const name = named(environment)
    const toy = await start(service, { names: { topic: name, group: name, transactionalId: name } })
    expect(await deposit(toy, 'c1')).toMatchObject({ status: 'changed', version: 1 })
  }
  expect(await readEvents(eventLog, `blue.${service}.events`)).toHaveLength(1)
  expect(await readEvents(eventLog, `green.${service}.events`)).toHaveLength(1)
})

test('reactions that begin at the end leave out what was before; those that begin where nothing is said do not', async () => {
  const [shop, late, all] = [freshName(), freshName(), freshName()]
  for (const service of [shop, late, all]) await createToyTopics(brokers, service)
  const seller = await start(shop)
  await deposit(seller, 'old')
  const reacting = {
    subscribesTo: [shop],
    foreignEventSchemas: eventSchemas(shop),
    reactions: { [`${shop}.Deposited`]: (data: Deposit['data']) => [{ aggregateId: 'alice', command: { type: 'Deposit', data } }] },
  } as unknown as Partial<Options>
  await start(late, { ...reacting, reactFrom: 'end' })
  // The end is that of the first start: what happens while nobody is there is not left out.
  const topic = `${shop}.events`
  await eventually(async () => {
    const ends = [...(await eventLog.endOffsets(topic))]
    const kept = await Promise.all(ends.map(([partition]) => eventLog.committedOffset(`${late}.reactions`, { topic, partition })))
    return kept.every((offset, index) => offset === ends[index]?.[1])
  })
  await running.pop()?.stop()
  await deposit(seller, 'meanwhile')
  await start(late, { ...reacting, reactFrom: 'end' })
  await start(all, reacting)
  const refsOf = async (service: string): Promise<unknown[]> =>
    (await readEvents(eventLog, `${service}.events`)).map(({ data }) => (data as Deposit['data']).ref)
  await eventually(async () => (await refsOf(late)).length > 0 && (await refsOf(all)).length > 1)
  expect(await refsOf(late)).toEqual(['meanwhile'])
  expect(await refsOf(all)).toEqual(['old', 'meanwhile'])
})
