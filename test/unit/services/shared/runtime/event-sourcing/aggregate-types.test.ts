import { setTimeout as delay } from 'node:timers/promises'
import { Registry } from 'prom-client'
import { afterEach, expect, expectTypeOf, test } from 'vitest'
import { aggregateType, startAggregates, streamsOf } from '../../../../../../services/shared/runtime/event-sourcing/aggregate-types.ts'
import { type InMemoryEventLog, inMemoryEventLog } from '../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { quiet } from './processed-log.ts'
import { accountDecider, commandSchemas, eventSchemas } from './toy-account.ts'
import { type Deposit, type Lend, toyBank } from './toy-bank.ts'

const { types, views } = toyBank()

let stop: (() => Promise<void>) | undefined
afterEach(async () => {
  await stop?.()
  stop = undefined
  for (const view of Object.values(views)) view.clear()
})

function startBank(eventLog: InMemoryEventLog) {
  const bank = startAggregates({ service: 'bank', eventLog, logger: quiet, metrics: new Registry(), aggregates: types })
  stop = bank.stop
  const of = (id: string) => ({ id, correlationId: id, aggregateId: 'alice' })
  return {
    ...bank,
    deposit: (id: string, cents: number) => bank.of.account.submit({ ...of(id), command: { type: 'Deposit', data: { cents } } }, 2000),
    lend: (id: string, cents: number) => bank.of.loan.submit({ ...of(id), command: { type: 'Lend', data: { cents } } }, 2000),
  }
}

const typesIn = (eventLog: InMemoryEventLog, topic: string): (string | undefined)[] =>
  eventLog.read(topic).map(({ headers }) => headers.type?.toString())

test('aggregates of two types with one id have each a state, versions, replies, views and deadlines of their own', async () => {
  const eventLog = inMemoryEventLog()
  const bank = startBank(eventLog)
  expect(await bank.deposit('c1', 5)).toEqual({
    status: 'changed',
    events: [{ type: 'bank-account.Deposited', data: { cents: 5 } }],
    version: 1,
  })
  // The same id of a command too: each type answers its own.
  expect(await bank.lend('c1', 7)).toEqual({ status: 'changed', events: [{ type: 'bank-loan.Lent', data: { cents: 7 } }], version: 1 })
  expect(await bank.deposit('c2', -1)).toEqual({ status: 'refused', code: 'NEGATIVE', detail: '-1' })
  await expect.poll(() => typesIn(eventLog, 'bank-loan.events')).toEqual(['bank-loan.Lent', 'bank-loan.Recalled'])
  expect(typesIn(eventLog, 'bank-account.events')).toEqual(['bank-account.Deposited', 'bank-account.CommandAnswered'])
  expect(Object.fromEntries(views.account)).toEqual({ alice: 5 })
  await expect.poll(() => Object.fromEntries(views.loan)).toEqual({ alice: 0 })
})

test('the compiler knows the commands and refusals of each type', () => {
  const bank = startBank(inMemoryEventLog())
  type Submitted<Name extends keyof typeof bank.of> = Parameters<(typeof bank.of)[Name]['submit']>[0]['command']
  expectTypeOf<Submitted<'account'>>().toEqualTypeOf<Deposit>()
  expectTypeOf<Submitted<'loan'>>().toEqualTypeOf<Lend>()
  expectTypeOf(bank.of.loan.submit).returns.resolves.extract<{ status: 'refused' }>().toHaveProperty('code')
})

test('what is quarantined in one type blocks no aggregate of another', async () => {
  const eventLog = inMemoryEventLog()
  const bank = startBank(eventLog)
  expect(await bank.deposit('c1', 666)).toMatchObject({ status: 'refused', code: 'COMMAND_PARKED' })
  expect(await bank.deposit('c2', 1)).toEqual({ status: 'refused', code: 'COMMAND_PARKED', detail: 'KEY_PARKED' })
  expect(await bank.lend('c3', 7)).toMatchObject({ status: 'changed', version: 1 })
  expect(eventLog.read('bank-account.dlq')).toHaveLength(2)
  expect(eventLog.read('bank-loan.dlq')).toEqual([])
})

test('each type goes on from its own snapshots and events after a restart', async () => {
  const eventLog = inMemoryEventLog()
  const first = startBank(eventLog)
  for (const n of [1, 2, 3]) await first.deposit(`d${n}`, n)
  await first.lend('l1', 7)
  await first.stop()
  expect(eventLog.read('bank-account.snapshots').length).toBeGreaterThan(0)
  const next = startBank(eventLog)
  expect(await next.deposit('d4', 4)).toMatchObject({ status: 'changed', version: 4 })
  expect(Object.fromEntries(views.account)).toEqual({ alice: 10 })
})

test('is ready when all types are, and says what each waits for', async () => {
  const eventLog = inMemoryEventLog()
  const bank = startBank(eventLog)
  expect(bank.ready()).toEqual({
    ready: false,
    waitingFor: [
      'own events of bank-account',
      'partitions of bank-account.commands',
      'own events of bank-loan',
      'partitions of bank-loan.commands',
    ],
  })
  await bank.projected
  await expect.poll(() => bank.ready()).toEqual({ ready: true, waitingFor: [] })
})

test('a type may keep the stream of a service that began with it alone', async () => {
  const eventLog = inMemoryEventLog()
  const first = { ...types.loan, stream: 'bank-loan' }
  const lending = startAggregates({ service: 'lending', eventLog, logger: quiet, aggregates: { first } })
  stop = lending.stop
  await lending.of.first.submit({ id: 'c', correlationId: 'c', aggregateId: 'bob', command: { type: 'Lend', data: { cents: 1 } } }, 2000)
  expect(typesIn(eventLog, 'bank-loan.commands')[0]).toBe('Lend')
})

const start = (aggregates: Parameters<typeof startAggregates>[0]['aggregates']) => () =>
  startAggregates({ service: 'bank', eventLog: inMemoryEventLog(), logger: quiet, aggregates })
const { account, loan } = types

test.each<[string, () => unknown, string]>([
  ['no type at all', start({}), 'one aggregate type at least'],
  ['a name that cannot be a part of a topic', start({ 'Sav/ings': account }), '"Sav/ings" is no name'],
  ['a name with an end that cannot be', start({ savings_plan: account }), '"savings_plan" is no name'],
  [
    'two types of one stream',
    start({ account, other: { ...loan, stream: 'bank-account' } }),
    'account and other are both the stream bank-account',
  ],
  ['events of another stream', start({ savings: account }), 'bank-account.Deposited is no event of savings'],
])('does not start with %s', (_, starting, message) => {
  expect(starting).toThrow(message)
})

test('a type that does not start stops those before it', async () => {
  const stopped: string[] = []
  const good = {
    ...account,
    start: (shared: Parameters<typeof account.start>[0]) => {
      const running = account.start(shared)
      return { ...running, stop: () => running.stop().then(() => void stopped.push('account')) }
    },
  }
  const bad = {
    ...loan,
    start: (): never => {
      throw new Error('it does not start')
    },
  }
  expect(start({ account: good, loan: bad })).toThrow('it does not start')
  await delay(10)
  expect(stopped).toEqual(['account'])
})

test('the stream that a type names is its own; without one it is named after the service', () => {
  const rules = { decider: accountDecider('first'), commandSchemas, eventSchemas: eventSchemas('first') }
  const [first, second] = [aggregateType({ ...rules, stream: 'first' }), aggregateType(rules)]
  expect(streamsOf('bank', { first, second }).map(({ stream }) => stream)).toEqual(['first', 'bank-second'])
})

/** A type that runs nothing: its view is there when it is told so, and it says when it was stopped. */
function idle() {
  const projected = Promise.withResolvers<void>()
  const stopped: string[] = []
  const type = (name: string): typeof account => ({
    eventTypes: [],
    start: () => ({
      submit: async () => ({ status: 'pending' }),
      ready: () => ({ ready: true, waitingFor: [] }),
      projected: projected.promise,
      stop: async () => void stopped.push(name),
    }),
  })
  return { type, stopped, projected }
}

test('the views are there when all are, and a stop stops all', async () => {
  const { type, stopped, projected } = idle()
  const bank = startAggregates({
    service: 'bank',
    eventLog: inMemoryEventLog(),
    logger: quiet,
    aggregates: { one: type('one'), two: type('two') },
  })
  let there = false
  void bank.projected.then(() => {
    there = true
  })
  await new Promise(setImmediate)
  expect(there).toBe(false)
  projected.resolve()
  await bank.projected
  await bank.stop()
  expect(stopped).toEqual(['one', 'two'])
})
