import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import type { Rebuild } from '../../../../../../../services/shared/contracts/rebuild.ts'
import type { EventLog } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import type { Database } from '../../../../../../../services/shared/runtime/projections/database/database.ts'
import { openDatabase } from '../../../../../../../services/shared/runtime/projections/database/open-database.ts'
import type { RowChanged } from '../../../../../../../services/shared/runtime/projections/outbox/outbox.ts'
import type { Projections } from '../../../../../../../services/shared/runtime/projections/start-projections.ts'
import { databaseEngines } from '../../../../../database-engines.ts'
import { connect, eventually, quiet, readAll } from '../../event-sourcing/running-toy.ts'
import { createToyTopics, freshName } from '../../event-sourcing/toy-topics.ts'
import { add, type Balance, deposit, forgetEverything, numbers, startBalances, sumOf } from '../toy-balances.ts'

const brokers = inject('brokers')
const { engines, stop } = await databaseEngines()
afterAll(stop)

describe.each(engines)('on $engine', ({ url, isThere }) => {
  const check = test.runIf(isThere)
  const running: Projections[] = []
  let database: Database
  let eventLog: EventLog
  let service: string

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
    await Promise.all(running.splice(0).map((one) => one.stop()))
    await eventLog?.close()
  })

  async function begin(project?: typeof add): Promise<Projections> {
    const started = startBalances({ service, eventLog, database, ...(project && { project }) })
    running.push(started)
    await eventually(() => started.ready().ready)
    return started
  }
  const write = (...cents: number[]) => eventLog.produce(cents.map((amount) => deposit(service, `account-${amount % 700}`, amount)))
  const total = (count: number) => (count * (count + 1)) / 2
  const sumBecomes = (expected: number) => eventually(async () => (await sumOf(database)) === expected)
  const isRunning = (state: Rebuild | undefined) => state?.state === 'building'

  const toldChanges = async () =>
    (await readAll(eventLog, `${service}.commands`)).map(({ key, value }) => ({
      key: String(key),
      change: JSON.parse(String(value)) as RowChanged,
    }))

  /** What somebody knows who follows the feed as its README says. */
  async function rowsOfReader(): Promise<Balance[]> {
    const latest = new Map<string, RowChanged>()
    for (const { key, change } of await toldChanges()) {
      if (change.sequence > (latest.get(key)?.sequence ?? Number.NEGATIVE_INFINITY)) latest.set(key, change)
    }
    const rows = [...latest.values()].flatMap(({ newImage }) => (newImage ? [newImage as Balance] : []))
    return rows.toSorted((one, other) => (one.account < other.account ? -1 : 1))
  }

  async function rebuild({ rebuilds }: Projections, keep = false): Promise<Rebuild> {
    const id = (await rebuilds.request('balances', keep)) ?? Number.NaN
    await eventually(async () => !isRunning(await rebuilds.state(id)))
    const state = await rebuilds.state(id)
    if (!state) throw new Error('the rebuild is gone')
    return state
  }

  check('new rows are made beside the old ones, while these are read and written; then they take their place', async ({ signal }) => {
    await write(...numbers(1, 5000))
    const readModel = await begin()
    const id = (await readModel.rebuilds.request('balances', false)) ?? Number.NaN
    const same = await readModel.rebuilds.request('balances', false)
    let reads = 0
    let written = 5000
    let least = total(5000)
    // Also over when the test has no time left: it would go on writing into the topics of those that follow.
    while (!signal.aborted && isRunning(await readModel.rebuilds.state(id))) {
      await write(...numbers(written + 1, written + 50))
      written += 50
      // At most 2,000 events a second: on a busy machine a writer in the same process could otherwise outrun whoever catches up.
      await delay(25)
      const sum = await sumOf(database)
      expect(sum, 'rows never go back').toBeGreaterThanOrEqual(least)
      least = sum
      reads += 1
    }
    expect(same, 'one at a time').toBe(id)
    expect(reads).toBeGreaterThan(0)
    await write(...numbers(written + 1, written + 500))
    await sumBecomes(total(written + 500))
    const state = await readModel.rebuilds.state(id)
    expect(state).toMatchObject({ projection: 'balances', state: 'live', report: { differing: 0, differences: [] } })
    expect(state?.report?.rows).toEqual({ old: 700, new: 700 })
    expect(state?.report?.hash.new).toBe(state?.report?.hash.old)
    expect(state?.report?.events).toBeGreaterThanOrEqual(5000)
    expect(await database.query('SELECT state FROM projection_generations ORDER BY id')).toEqual([{ state: 'dropped' }, { state: 'live' }])
    expect(await database.query("SELECT tablename FROM pg_tables WHERE tablename LIKE 'balances%'")).toHaveLength(1)
  })

  check('rows that were wrong are found, shown, put right, and told', async () => {
    await write(...numbers(1, 100))
    const readModel = await begin()
    await sumBecomes(total(100))
    await database.query("UPDATE balances_v1 SET cents = cents + 1 WHERE account = 'account-7'")
    await database.query("DELETE FROM balances_v1 WHERE account = 'account-8'")
    await database.query("INSERT INTO balances_v1 VALUES ('nobody', 5, 1)")
    const { report } = await rebuild(readModel, true)
    expect(report?.hash.new).not.toBe(report?.hash.old)
    expect(report?.differing).toBe(3)
    expect(report?.differences).toEqual([
      { key: 'account-7', old: { account: 'account-7', cents: 8, deposits: 1 }, new: { account: 'account-7', cents: 7, deposits: 1 } },
      { key: 'account-8', new: { account: 'account-8', cents: 8, deposits: 1 } },
      { key: 'nobody', old: { account: 'nobody', cents: 5, deposits: 1 } },
    ])
    expect(await sumOf(database)).toBe(total(100))
    expect(await database.query("SELECT tablename FROM pg_tables WHERE tablename LIKE 'balances%'"), 'the old ones are kept').toHaveLength(
      2,
    )
    expect(await database.query('SELECT state FROM projection_generations ORDER BY id')).toEqual([{ state: 'kept' }, { state: 'live' }])
    const told = async () => (await toldChanges()).map(({ change }) => change)
    await eventually(async () => (await told()).length >= 103)
    const counts = Map.groupBy(await told(), ({ eventName }) => eventName)
    expect([...counts].map(([name, of]) => `${of.length} ${name}`).sort()).toEqual(['1 MODIFY', '1 REMOVE', '101 INSERT'])
  })

  check('a reader of the feed that passes over repetitions has the rows that are right in the end', async () => {
    /** One cent too much for one account, and what belongs to another one goes to somebody who does not exist. */
    const faulty: typeof add = ({ envelope, data }) => {
      const { aggregateId } = envelope
      const { cents } = data
      if (aggregateId === 'account-7') return add({ envelope, data: { cents: cents + 1 } })
      return add({ envelope: { ...envelope, aggregateId: aggregateId === 'account-8' ? 'nobody' : aggregateId }, data })
    }
    await write(...numbers(1, 10))
    const wrong = await begin(faulty)
    await sumBecomes(total(10) + 1)
    await eventually(async () => (await rowsOfReader()).length === 10)
    await wrong.stop()
    running.length = 0
    const right = await begin()
    const isAsInTheDatabase = async () => {
      const rows = await database.query<Balance>('SELECT * FROM balances_v1 ORDER BY account')
      await vi.waitFor(async () => expect(await rowsOfReader()).toEqual(rows), 30_000)
    }
    expect((await rebuild(right)).report?.differing).toBe(3)
    await isAsInTheDatabase()
    await eventLog.produce([deposit(service, 'nobody', 5), deposit(service, 'account-7', 1)])
    await sumBecomes(total(10) + 6)
    await isAsInTheDatabase()
    await database.query("UPDATE balances_v1 SET cents = cents + 1, deposits = deposits + 1 WHERE account = 'account-9'")
    await eventLog.produce([deposit(service, 'account-9', 1)])
    await sumBecomes(total(10) + 8)
    await isAsInTheDatabase()
    expect((await rebuild(right)).report?.differing, 'a row that is at a lower version now').toBe(1)
    await isAsInTheDatabase()
  })

  check('however many rows were wrong, a reader of the feed learns of each', async () => {
    await write(...numbers(1, 700))
    const readModel = await begin()
    await sumBecomes(total(700))
    await database.query('UPDATE balances_v1 SET cents = cents + 1')
    expect((await rebuild(readModel)).report?.differing).toBe(700)
    await eventually(async () => (await toldChanges()).length >= 1400)
    const corrected = (await toldChanges()).filter(({ change }) => change.eventName === 'MODIFY').map(({ key }) => key)
    expect(new Set(corrected).size).toBe(700)
    expect(await rowsOfReader()).toEqual(await database.query<Balance>('SELECT * FROM balances_v1 ORDER BY account'))
  })

  check('a rebuild that was left behind is gone on with where it stopped', async () => {
    await write(...numbers(1, 3000))
    const first = await begin()
    await sumBecomes(total(3000))
    const id = (await first.rebuilds.request('balances', false)) ?? Number.NaN
    await first.stop()
    running.length = 0
    const before = await database.query<{ state: string }>('SELECT state FROM projection_generations WHERE id = $1', [id])
    const second = await begin()
    await eventually(async () => (await second.rebuilds.state(id))?.state === 'live')
    expect(await sumOf(database)).toBe(total(3000))
    expect(['building', 'live']).toContain(before[0]?.state)
    await write(3001)
    await sumBecomes(total(3001))
  })

  check('a rebuild that cannot work is given up with its reason, and the live rows go on', async () => {
    await write(...numbers(1, 10))
    const readModel = await begin()
    await sumBecomes(total(10))
    await database.query('ALTER TABLE projection_generations ADD CONSTRAINT no_second CHECK (id < 2 OR state <> $$live$$)')
    const { state, failure } = await rebuild(readModel)
    expect(state).toBe('failed')
    expect(failure).toContain('no_second')
    await write(11)
    await sumBecomes(total(11))
    await database.query('ALTER TABLE projection_generations DROP CONSTRAINT no_second')
    expect(await rebuild(readModel)).toMatchObject({ state: 'live', report: { differing: 0 } })
  })

  const onServer = url.startsWith('pglite') ? test.skip : check
  onServer('two replicas share the work; one rebuilds, and neither writes into yesterday’s table', async () => {
    await write(...numbers(1, 2000))
    const [first, second] = [await begin(), await begin()]
    await write(...numbers(2001, 3000))
    const asked = await Promise.all([first.rebuilds.request('balances', false), second.rebuilds.request('balances', false)])
    expect(asked[0]).toBe(asked[1])
    await write(...numbers(3001, 4000))
    await eventually(async () => (await second.rebuilds.state(asked[0] ?? 0))?.state === 'live')
    await write(...numbers(4001, 5000))
    await sumBecomes(total(5000))
    expect(await rebuild(first)).toMatchObject({ state: 'live', report: { differing: 0 } })
  })
})
