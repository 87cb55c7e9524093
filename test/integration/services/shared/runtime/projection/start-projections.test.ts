import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Type } from 'typebox'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import type { EventLog } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import { encodeRecord } from '../../../../../../services/shared/runtime/kafka/record.ts'
import type { Database } from '../../../../../../services/shared/runtime/projection/database.ts'
import { openDatabase } from '../../../../../../services/shared/runtime/projection/open-database.ts'
import { type Project, type Projection, projection } from '../../../../../../services/shared/runtime/projection/projection.ts'
import { type Projections, startProjections } from '../../../../../../services/shared/runtime/projection/start-projections.ts'
import { integer, type RowOf, type Table, text } from '../../../../../../services/shared/runtime/projection/table.ts'
import { connect, eventually, quiet, readAll } from '../running-toy.ts'
import { createToyTopics, freshName } from '../toy-topics.ts'

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
  await forgetEverything()
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

/** The database is opened once and used by all tests: opening takes a second. */
async function forgetEverything(): Promise<void> {
  await database.query('DROP VIEW IF EXISTS balances_v1')
  const tables = await database.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
  for (const { name } of tables) await database.query(`DROP TABLE ${name} CASCADE`)
}

const table = { name: 'balances', key: 'account', columns: { account: text(), cents: integer } } as const satisfies Table
type Balance = RowOf<typeof table>

/** Adds up, so that an event applied twice or left out shows in the sum. */
const add: Project<Balance, { cents: number }> = ({ data: { cents }, envelope: { aggregateId: account } }) => ({
  key: account,
  fold: (row = { account, cents: 0 }) => ({ account, cents: row.cents + cents }),
})

const balances = (project = add): Projection =>
  projection<typeof table>({ name: 'balances', version: 1, table, events: { [`${service}.Deposited`]: project } })

async function begin(...projections: readonly Projection[]): Promise<void> {
  running = startProjections({
    service,
    eventLog,
    database,
    projections: projections.length > 0 ? projections : [balances()],
    eventSchemas: { [`${service}.Deposited`]: Type.Object({ cents: Type.Integer() }), [`${service}.Closed`]: Type.Object({}) },
    logger: quiet,
    clock: () => new Date('2026-01-01T00:00:00Z'),
  })
  const { ready } = running
  await eventually(() => ready().ready)
}

let ids = 0
const deposit = (account: string, cents: unknown, type = `${service}.Deposited`) => {
  const id = `event-${++ids}`
  const envelope = {
    id,
    type,
    schemaVersion: 1,
    aggregateId: account,
    version: 1,
    causationId: id,
    correlationId: id,
    time: '2026-01-01T00:00:00.000Z',
  }
  return encodeRecord(`${service}.events`, envelope, { cents })
}
const write = (...cents: number[]) => eventLog.produce(cents.map((amount) => deposit(`account-${amount % 5}`, amount)))
const sum = async (): Promise<number> =>
  (await database.query<{ sum: number }>('SELECT COALESCE(SUM(cents), 0)::bigint AS sum FROM balances_v1'))[0]?.sum ?? Number.NaN
const sumBecomes = (expected: number) => eventually(async () => (await sum()) === expected)
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

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
    deposit('a', 'a lot'),
    { topic, key: 'a', value: 'garbage', headers: {} },
    { ...deposit('a', 1), value: '{"cents":' },
    deposit('a', 5, `${service}.Withdrawn`),
    deposit('a', 5, `${service}.Closed`),
    deposit('a', 5, `${service}.CommandAnswered`),
    deposit('a', 7),
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
  await begin(
    balances((event) => {
      const { key, fold } = add(event)
      const broken = event.data.cents === 3 && failures-- > 0
      return { key, fold: (row) => (broken ? ({ account: key, cents: 'three' } as never) : fold(row)) }
    }),
  )
  await eventLog.produce([1, 2, 3, 4].map((cents) => deposit('a', cents)))
  const states = new Set<string>()
  await eventually(async () => {
    const { ready, waitingFor } = running?.ready() ?? { ready: false, waitingFor: [] }
    states.add(`${ready} ${waitingFor.join()}`)
    return (await sum()) === 10
  })
  expect(failures).toBe(-1)
  expect([...states].join('; ')).toMatch(/true balances: invalid input syntax for type bigint: "three"/)
  expect(running?.ready()).toEqual({ ready: true, waitingFor: [] })
  expect(await database.query('SELECT * FROM balances_v1')).toEqual([{ account: 'a', cents: 10 }])
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

test('a reader is woken by the event that it waits for, not by a clock', async () => {
  await begin()
  const look = async () => (await sum()) || undefined
  const waiting = running?.untilFound(look, 20_000)
  const started = performance.now()
  await write(42)
  expect(await waiting).toBe(42)
  expect(performance.now() - started).toBeLessThan(10_000)
  const missed = performance.now()
  expect(await running?.untilFound(async () => undefined, 100)).toBeUndefined()
  expect(performance.now() - missed).toBeGreaterThanOrEqual(99)
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
