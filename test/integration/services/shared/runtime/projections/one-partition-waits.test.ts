import { Registry } from 'prom-client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import type { EventLog, OutgoingRecord } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import type { Database } from '../../../../../../services/shared/runtime/projections/database/database.ts'
import { openDatabase } from '../../../../../../services/shared/runtime/projections/database/open-database.ts'
import type { Projections } from '../../../../../../services/shared/runtime/projections/start-projections.ts'
import { databaseEngines } from '../../../../database-engines.ts'
import { connect, eventually, quiet, readAll } from '../event-sourcing/running-toy.ts'
import { createToyTopics, freshName } from '../event-sourcing/toy-topics.ts'
import { type add, deposit, forgetEverything, numbers, startBalances } from './toy-balances.ts'

const brokers = inject('brokers')
const { engines, stop } = await databaseEngines()
afterAll(stop)

/** Writes digits one behind the other, so that the row shows the order of its events, and one that was applied twice. */
const inOrder: typeof add = ({ data: { cents }, envelope: { aggregateId: account } }) => ({
  key: account,
  fold: (row = { account, cents: 0, deposits: 0 }) => ({ account, cents: row.cents * 10 + cents, deposits: row.deposits + 1 }),
})
/** No `bigint` of PostgreSQL. */
const tooLarge = 1e19

describe.each(engines)('on $engine', ({ url, isThere }) => {
  const check = test.runIf(isThere)
  const running: Projections[] = []
  let database: Database
  let eventLog: EventLog
  let service: string
  let metrics: Registry

  beforeAll(async () => {
    if (isThere) database = await openDatabase(url, quiet)
  })
  afterAll(() => database?.close())
  beforeEach(async () => {
    if (!isThere) return
    service = freshName()
    await createToyTopics(brokers, service)
    eventLog = connect(brokers)
    await forgetEverything(database)
  })
  afterEach(async () => {
    await leave()
    await eventLog?.close()
  })

  function start(): Projections {
    metrics = new Registry()
    const started = startBalances({ service, eventLog, database, project: inOrder, metrics })
    running.push(started)
    return started
  }
  async function begin(): Promise<Projections> {
    const started = start()
    await eventually(() => started.ready().ready)
    return started
  }
  const leave = () => Promise.all(running.splice(0).map((one) => one.stop()))

  const into = (partition: number, account: string, ...digits: number[]): OutgoingRecord[] =>
    digits.map((digit) => ({ ...deposit(service, account, digit), partition }))
  const rows = async () =>
    (await database.query<{ row: string }>(`SELECT account || ' ' || cents AS row FROM balances_v1 ORDER BY account`)).map(({ row }) => row)
  const rowsBecome = async (...expected: string[]) => {
    await eventually(async () => (await rows()).length === expected.length && (await rows()).join() === expected.join()).catch(
      () => undefined,
    )
    expect(await rows()).toEqual(expected)
  }
  const failures = async () => (await metrics.getSingleMetric('projection_failures_total')?.get())?.values[0]?.value ?? 0
  const table = async () =>
    (await database.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE tablename LIKE 'balances%'"))[0]?.name
  const refuse = async (account: string) =>
    database.query(`ALTER TABLE ${await table()} ADD CONSTRAINT closed CHECK (account <> '${account}')`)
  const refuseNobody = async () => database.query(`ALTER TABLE ${await table()} DROP CONSTRAINT closed`)
  const letters = () => readAll(eventLog, `${service}.dlq`)

  check('while running, a partition that cannot be applied waits alone; it goes on in order when it can, each event once', async () => {
    const { ready } = await begin()
    await refuse('stuck')
    const garbage = { topic: `${service}.events`, partition: 0, key: 'stuck', value: 'garbage', headers: {} }
    await eventLog.produce([garbage, ...into(0, 'stuck', 1, 2), ...into(0, 'behind', 7), ...into(1, 'other', 1)])
    await rowsBecome('other 1')
    await eventually(async () => (await failures()) >= 3)
    await eventLog.produce([...into(1, 'other', 2), ...into(0, 'stuck', 3)])
    await rowsBecome('other 12')
    expect(ready()).toEqual({ ready: true, waitingFor: [expect.stringContaining('"closed"')] })

    await refuseNobody()
    await rowsBecome('behind 7', 'other 12', 'stuck 123')
    await eventually(() => ready().waitingFor.length === 0)
    expect(await letters(), 'parked once, however often its batch was tried').toHaveLength(1)
  })

  check('at the start, a partition that cannot be applied waits alone; the service is ready when it has been', async () => {
    await begin()
    await leave()
    await refuse('stuck')
    await eventLog.produce([...into(0, 'stuck', 1, 2), ...into(1, 'other', 1, 2)])
    const { ready } = start()
    await rowsBecome('other 12')
    await eventLog.produce([...into(1, 'other', 3), ...into(0, 'stuck', 3)])
    await rowsBecome('other 123')
    const { ready: isReady, waitingFor } = ready()
    expect(isReady).toBe(false)
    expect(waitingFor).toEqual(['events from before the start', expect.stringContaining('"closed"')])

    await refuseNobody()
    await rowsBecome('other 123', 'stuck 123')
    await eventually(() => ready().ready)
  })

  check('a partition that waits may change its owner', async () => {
    const first = await begin()
    await refuse('stuck')
    await eventLog.produce([...into(0, 'stuck', 1), ...into(1, 'other', 1)])
    await rowsBecome('other 1')
    const second = start()
    await eventually(() => second.ready().waitingFor.includes('assignment') === false && first.ready().ready)
    await eventLog.produce([...into(0, 'stuck', 2), ...into(1, 'other', 2)])
    await rowsBecome('other 12')
    await first.stop()
    running.splice(running.indexOf(first), 1)
    await eventLog.produce([...into(0, 'stuck', 3), ...into(1, 'other', 3)])
    await rowsBecome('other 123')
    await refuseNobody()
    await rowsBecome('other 123', 'stuck 123')
  })

  check('an event with a value that no database can store is parked with evidence; everything else is applied', async () => {
    await eventLog.produce([...into(0, 'early', 1), ...into(0, 'poor', tooLarge), ...into(0, 'early', 2)])
    const { ready } = await begin()
    await rowsBecome('early 12')
    const many = numbers(1, 60).flatMap((n) => into(0, 'late', n === 20 || n === 41 ? tooLarge : 0))
    await eventLog.produce([...many, ...into(0, 'late', 4, 5), ...into(1, 'other', 1)])
    await rowsBecome('early 12', 'late 45', 'other 1')
    expect(ready()).toEqual({ ready: true, waitingFor: [] })
    const told = (await letters()).map(({ key, headers }) => [String(key), String(headers['dlq.code']), Number(headers['dlq.offset'])])
    expect(told).toEqual([
      ['poor', 'ROW_REFUSED', 1],
      ['late', 'ROW_REFUSED', 22],
      ['late', 'ROW_REFUSED', 43],
    ])
    const [letter] = await letters()
    expect(letter?.headers).toMatchObject({ id: expect.anything(), type: Buffer.from(`${service}.Deposited`) })
    expect(String(letter?.value)).toBe(JSON.stringify({ cents: tooLarge }))
    expect(String(letter?.headers['dlq.detail'])).toMatch(/^balances: .*out of range.* \(SQLSTATE 22003\)$/)
    await leave()
    await begin()
    expect(await letters(), 'not met again').toHaveLength(3)
  })
})
