import { Registry } from 'prom-client'
import { afterEach, expect, test } from 'vitest'
import {
  type EventSourcing,
  type EventSourcingOptions,
  startEventSourcing,
} from '../../../../../../services/shared/runtime/event-sourcing/start-event-sourcing.ts'
import type { EventLog } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import { encodeRecord } from '../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { inMemoryEventLog } from '../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { quiet, time } from './processed-log.ts'
import {
  type Account,
  accountDecider,
  accountSnapshots,
  commandSchemas,
  type Deposit,
  type Deposited,
  eventSchemas,
} from './toy-account.ts'

type Options = EventSourcingOptions<Account, Deposit, Deposited, 'NEGATIVE', Deposited>
type Toy = EventSourcing<Deposit, Deposited, 'NEGATIVE'>

const running: Toy[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((toy) => toy.stop()))
})

function start(eventLog: EventLog, options: Partial<Options> = {}): Toy {
  const service = options.service ?? 'toy'
  const rules = { decider: accountDecider(service), commandSchemas, eventSchemas: eventSchemas(service) } as const
  const toy = startEventSourcing<Account, Deposit, Deposited, 'NEGATIVE', Deposited>({
    service,
    eventLog,
    logger: quiet,
    ...rules,
    ...options,
  })
  running.push(toy)
  return toy
}

const deposit = (toy: Toy, id: string, cents = 1) =>
  toy.submit({ id, correlationId: id, aggregateId: 'alice', command: { type: 'Deposit', data: { ref: id, cents } } }, 2000)

test('two environments on one cluster know nothing of each other', async () => {
  const broker = inMemoryEventLog()
  const named = (environment: string) => (name: string) => `${environment}.${name}`
  const [blue, green] = ['blue', 'green'].map((environment) => {
    const name = named(environment)
    return start(broker, { names: { topic: name, group: name, transactionalId: name } })
  }) as [Toy, Toy]
  expect(await deposit(blue, 'c1')).toMatchObject({ status: 'changed', version: 1 })
  expect(await deposit(green, 'c1')).toMatchObject({ status: 'changed', version: 1 })
  expect([broker.read('blue.toy.events').length, broker.read('green.toy.events').length, broker.read('toy.events').length]).toEqual([
    1, 1, 0,
  ])
  // What a record says of others stays true wherever it is copied to.
  expect(String(broker.read('blue.toy.events')[0]?.headers.source)).toBe('toy.commands/0/0')
})

test('negative control: with the names that are there when nothing is said, the second finds what the first did', async () => {
  const broker = inMemoryEventLog()
  expect(await deposit(start(broker), 'c1')).toMatchObject({ status: 'changed' })
  await running.pop()?.stop()
  expect(await deposit(start(broker), 'c1')).toMatchObject({ status: 'unchanged', version: 1 })
})

test('names that cannot be are refused before anything is read', () => {
  const reads: string[] = []
  const broker = inMemoryEventLog()
  const follow: EventLog['follow'] = (options) => {
    reads.push(...options.topics)
    return broker.follow(options)
  }
  expect(() => start({ ...broker, follow }, { names: { topic: () => 'one' } })).toThrow(
    'the topics toy.commands and toy.events are both called one',
  )
  expect(reads).toEqual([])
})

const sale = (n: number) =>
  encodeRecord(
    'shop.events',
    { id: `e${n}`, type: 'shop.Deposited', schemaVersion: 1, aggregateId: 'shop', version: n, causationId: 'c', correlationId: 'c', time },
    { ref: `sale ${n}`, cents: n },
  )

test.each<[NonNullable<Options['reactFrom']> | undefined, string[]]>([
  [undefined, ['sale 1', 'sale 2']],
  ['beginning', ['sale 1', 'sale 2']],
  ['end', ['sale 2']],
])('reactions that are new begin at %s', async (reactFrom, refs) => {
  const broker = inMemoryEventLog()
  await broker.produce([sale(1)])
  start(broker, {
    subscribesTo: ['shop'],
    foreignEventSchemas: eventSchemas('shop'),
    reactions: { 'shop.Deposited': (data: Deposit['data']) => [{ aggregateId: 'alice', command: { type: 'Deposit', data } }] },
    ...(reactFrom && { reactFrom }),
  } as Partial<Options>)
  await broker.produce([sale(2)])
  await expect.poll(() => broker.read('toy.commands').map(({ value }) => JSON.parse(String(value)).ref)).toEqual(refs)
})

test('a command that comes again within the window gets its first answer, from the next process too', async () => {
  const broker = inMemoryEventLog()
  const forgetful = { ...accountDecider('toy'), decide: (command: Deposit) => [{ type: 'toy.Deposited', data: command.data } as const] }
  const options = { decider: forgetful, idempotencyWindow: { offsets: 100, ms: 60_000 } }
  const first = await deposit(start(broker, options), 'c1', 5)
  expect(first).toEqual({ status: 'changed', events: [{ type: 'toy.Deposited', data: { ref: 'c1', cents: 5 } }], version: 1 })
  await running.pop()?.stop()
  const next = start(broker, options)
  expect(await deposit(next, 'c1', 5)).toEqual(first)
  expect(await deposit(next, 'c1', 5)).toEqual(first)
  await running.pop()?.stop()
  // Negative control: who has no window decides anew.
  expect(await deposit(start(broker, { decider: forgetful }), 'c1', 5)).toMatchObject({ status: 'changed', version: 2 })
})

test('metrics may have a prefix, and two runtimes may share a registry', async () => {
  const metrics = new Registry()
  const broker = inMemoryEventLog()
  const [toy, other] = [
    start(broker, { metrics, metricPrefix: 'bank_' }),
    start(broker, { service: 'other', metrics, metricPrefix: 'bank_' }),
  ]
  const plain = start(broker, { service: 'plain', metrics })
  for (const each of [toy, other, plain]) await deposit(each, 'c1')
  const lines = (await metrics.metrics()).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'bank_commands_decided_total{service="toy"} 1',
      'bank_commands_decided_total{service="other"} 1',
      'commands_decided_total{service="plain"} 1',
      'bank_records_parked_total{service="toy"} 0',
    ]),
  )
  expect(lines.some((line) => line.startsWith('commands_decided_total{service="toy"'))).toBe(false)
})

test('a silent Kafka is away after the time that is said', async () => {
  const broker = inMemoryEventLog()
  const silent: EventLog = { ...broker, follow: (options) => ({ ...broker.follow(options), stalenessMs: () => 100 }) }
  const waitsForKafka = (stalenessMs?: number): boolean =>
    start(silent, stalenessMs === undefined ? {} : { timeouts: { stalenessMs } })
      .ready()
      .waitingFor.includes('Kafka')
  expect([waitsForKafka(), waitsForKafka(100), waitsForKafka(99)]).toEqual([false, false, true])
})

test.each<[Partial<Options>, string]>([
  [{ timeouts: { stalenessMs: 0 } }, 'timeouts.stalenessMs is 0: it must be a whole number from 1 to 3600000'],
  [{ timeouts: { partitionWatchMs: -1 } }, 'timeouts.partitionWatchMs is -1'],
  [{ timeouts: { stopMs: 0.5 } }, 'timeouts.stopMs is 0.5: it must be a whole number from 0'],
  [{ snapshotInterval: 0 }, 'snapshotInterval is 0'],
  [{ idempotencyWindow: { offsets: 0, ms: 1 } }, 'idempotencyWindow.offsets is 0'],
  [{ idempotencyWindow: { offsets: 1, ms: Number.POSITIVE_INFINITY } }, 'idempotencyWindow.ms is Infinity'],
  [{ idempotencyWindow: { offsets: 1, ms: 366 * 24 * 3600_000 + 1 } }, 'from 1 to 31622400000'],
])('does not start with %j', (options, message) => {
  const starting = () => start(inMemoryEventLog(), options)
  expect(starting).toThrow(RangeError)
  expect(starting).toThrow(message)
})

test('a prefix that no metric can have is refused', () => {
  expect(() => start(inMemoryEventLog(), { metricPrefix: 'bank-' })).toThrow('"bank-" cannot begin the name of a metric')
})

test('it is ready once it hears its own events and has its partitions, not before', async () => {
  const toy = start(inMemoryEventLog())
  expect(toy.ready()).toEqual({ ready: false, waitingFor: ['own events of toy', 'partitions of toy.commands'] })
  await expect.poll(() => toy.ready()).toEqual({ ready: true, waitingFor: [] })
})

/** Of which topics the partitions are counted, and which groups there are. */
async function asked(options: Partial<Options>) {
  const broker = inMemoryEventLog()
  const topics = new Set<string>()
  const groups: string[] = []
  const toy = start(
    {
      ...broker,
      partitionCounts: (names) => {
        for (const name of names) topics.add(name)
        return broker.partitionCounts(names)
      },
      subscribe: (subscription) => {
        groups.push(subscription.group)
        return broker.subscribe(subscription)
      },
    },
    options,
  )
  await expect.poll(() => toy.ready().ready).toBe(true)
  return { topics: [...topics], groups }
}

test('who takes no snapshots and hears nobody needs neither the topic nor the group', async () => {
  expect(await asked({})).toEqual({ topics: ['toy.commands', 'toy.events'], groups: ['toy.commands'] })
})

test('who takes snapshots needs as many partitions for them; who hears others has a group for it', async () => {
  const decider = { ...accountDecider('toy'), snapshot: accountSnapshots }
  expect(await asked({ decider, subscribesTo: ['shop'] })).toEqual({
    topics: ['toy.commands', 'toy.events', 'toy.snapshots'],
    groups: ['toy.commands', 'toy.reactions'],
  })
})
