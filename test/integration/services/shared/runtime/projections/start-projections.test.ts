import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import type { EventLog } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import type { Database } from '../../../../../../services/shared/runtime/projections/database/database.ts'
import { openDatabase } from '../../../../../../services/shared/runtime/projections/database/open-database.ts'
import type { Projections } from '../../../../../../services/shared/runtime/projections/start-projections.ts'
import { connect, eventually, quiet, readAll } from '../event-sourcing/running-toy.ts'
import { createToyTopics, freshName } from '../event-sourcing/toy-topics.ts'
import { add, deposit, forgetEverything, numbers, startBalances, sumOf } from './toy-balances.ts'

const brokers = inject('brokers')
let directory: string
let eventLog: EventLog
let database: Database
let service: string
let running: Projections | undefined

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'breakwater-projection-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))
beforeEach(async () => {
  service = freshName()
  await createToyTopics(brokers, service)
  eventLog = connect(brokers)
  database = await openDatabase(`pglite:${join(directory, 'db')}`, quiet)
  await forgetEverything(database)
})
afterEach(async () => {
  await stop()
  await eventLog.close()
  await database.close()
})

const stop = async (): Promise<void> => {
  await running?.stop()
  running = undefined
}

async function begin(project?: typeof add): Promise<void> {
  running = startBalances({ service, eventLog, database, ...(project && { project }) })
  const { ready } = running
  await eventually(() => ready().ready)
}

const deposited = (account: string, cents: unknown, type?: string) => deposit(service, account, cents, type)
const write = (...cents: number[]) => eventLog.produce(cents.map((amount) => deposited(`account-${amount % 5}`, amount)))
const sum = () => sumOf(database)
const sumBecomes = (expected: number) => eventually(async () => (await sum()) === expected)

test('events from before the start, while running and from a pause are each applied once', async () => {
  await write(...numbers(1, 100))
  await begin()
  expect(await sum(), 'ready means caught up').toBe(5050)
  await write(...numbers(101, 150))
  await sumBecomes((150 * 151) / 2)
  await stop()
  await write(...numbers(151, 200))
  await begin()
  await write(1000)
  await sumBecomes((200 * 201) / 2 + 1000)
})

test('what is no event is parked with evidence; the partition moves on', async () => {
  await begin()
  const topic = `${service}.events`
  await eventLog.produce([
    deposited('a', 'a lot'),
    { topic, key: 'a', value: 'garbage', headers: {} },
    { ...deposited('a', 1), value: '{"cents":' },
    deposited('a', 5, `${service}.Withdrawn`),
    deposited('a', 5, `${service}.Closed`),
    deposited('a', 5, `${service}.CommandAnswered`),
    deposited('a', 7),
  ])
  await sumBecomes(7)
  const parked = await readAll(eventLog, `${service}.dlq`)
  expect(parked.map(({ headers }) => headers['dlq.code']?.toString())).toEqual([
    'SCHEMA_MISMATCH',
    'HEADERS_INVALID',
    'VALUE_NOT_JSON',
    'SCHEMA_MISMATCH',
  ])
  expect(parked[3]?.headers['dlq.detail']?.toString(), 'a type from the future').toBe(`no schema for ${service}.Withdrawn`)
  expect(parked[1]?.value?.toString()).toBe('garbage')
  expect(parked[1]?.headers['dlq.topic']?.toString()).toBe(topic)
})

test('SQL that fails is tried again, says why, and leaves nothing of a half-applied batch behind', async () => {
  let failures = 3
  await begin((event) => {
    const { key, fold } = add(event)
    const broken = event.data.cents === 3 && failures-- > 0
    return { key, fold: (row) => (broken ? { account: key, cents: Number.NaN, deposits: 0 } : fold(row)) }
  })
  await eventLog.produce([1, 2, 3, 4].map((cents) => deposited('a', cents)))
  const states = new Set<string>()
  await eventually(async () => {
    const { ready, waitingFor } = running?.ready() ?? { ready: false, waitingFor: [] }
    states.add(`${ready} ${waitingFor.join()}`)
    return (await sum()) === 10
  })
  expect(failures).toBe(-1)
  expect([...states].join('; ')).toMatch(/true balances: null value in column "cents"/)
  expect(running?.ready()).toEqual({ ready: true, waitingFor: [] })
  expect(await database.query('SELECT * FROM balances_v1')).toEqual([{ account: 'a', cents: 10, deposits: 4 }])
})

test('the metrics tell which projection events wait for, for as long as its SQL fails', async () => {
  const metrics = new Registry()
  running = startBalances({ service, eventLog, database, metrics })
  const { ready } = running
  await eventually(() => ready().ready)
  const value = async (name: string): Promise<number | undefined> =>
    (await metrics.getSingleMetric(name)?.get())?.values.find(({ labels }) => labels.projection === 'balances')?.value
  await write(1)
  await sumBecomes(1)
  expect((await value('projection_failing')) ?? 0).toBe(0)

  const [rows] = await database.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE tablename LIKE 'balances%'")
  await database.query(`ALTER TABLE ${rows?.name} ADD CONSTRAINT poor CHECK (cents < 10)`)
  await write(20)
  await eventually(async () => ((await value('projection_failures_total')) ?? 0) >= 2)
  expect(await value('projection_failing')).toBe(1)
  expect(ready()).toMatchObject({ ready: true, waitingFor: [expect.stringContaining('"poor"')] })

  await database.query(`ALTER TABLE ${rows?.name} DROP CONSTRAINT poor`)
  await sumBecomes(21)
  await eventually(async () => (await value('projection_failing')) === 0)
  expect(ready().waitingFor).toEqual([])
})

test('two members of the group share the work; nothing is applied twice when one leaves', async () => {
  await begin()
  const first = running
  await write(...numbers(1, 20))
  await sumBecomes(210)
  await begin()
  await write(...numbers(21, 40))
  await sumBecomes(820)
  await first?.stop()
  await write(...numbers(41, 60))
  await sumBecomes(1830)
})

test('with other names at the broker it reads, relays and quarantines under these, and keeps its positions under its own', async () => {
  const blue = (name: string) => `blue.${name}`
  await createToyTopics(brokers, blue(service))
  const event = (cents: unknown) => ({ ...deposited('alice', cents), topic: blue(`${service}.events`) })
  running = startBalances({ service, eventLog, database, names: { topic: blue, group: blue } })
  await eventLog.produce([event(5), event('a lot'), event(7)])
  await sumBecomes(12)
  await eventually(async () => (await readAll(eventLog, blue(`${service}.commands`))).length > 0)
  const [letter] = await readAll(eventLog, blue(`${service}.dlq`))
  expect(letter?.headers['dlq.topic']?.toString()).toBe(`${service}.events`)
  const positions = await database.query<{ topic: string }>('SELECT DISTINCT topic FROM projection_positions')
  expect(positions).toEqual([{ topic: `${service}.events` }])
})

test('a reader is woken by the event that it waits for, not by a clock', async () => {
  await begin()
  let looks = 0
  const look = async () => {
    looks += 1
    return (await sum()) || undefined
  }
  const waiting = running?.untilFound('account-2', look, { ms: 20_000 })
  const started = performance.now()
  await write(42)
  expect(await waiting).toBe(42)
  expect(performance.now() - started).toBeLessThan(10_000)
  expect(looks).toBe(2)
})

test('a database that does not open is moved aside and rebuilt from the log', async () => {
  await write(1, 2, 3)
  await begin()
  expect(await sum()).toBe(6)
  await stop()
  await database.close()
  await writeFile(join(directory, 'db', 'global', 'pg_control'), 'garbage')
  database = await openDatabase(`pglite:${join(directory, 'db')}`, quiet)
  await begin()
  expect(await sum()).toBe(6)
  expect((await readdir(directory)).filter((name) => name.startsWith('db.broken-'))).toHaveLength(1)
})
