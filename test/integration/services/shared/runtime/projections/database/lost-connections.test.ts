import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database, Queries } from '../../../../../../../services/shared/runtime/projections/database/database.ts'
import { openDatabase } from '../../../../../../../services/shared/runtime/projections/database/open-database.ts'
import { WriteConflict } from '../../../../../../../services/shared/runtime/projections/database/rows.ts'
import { WritersPaused } from '../../../../../../../services/shared/runtime/projections/rebuild/writer-lock.ts'
import { openGate } from '../../../../../gate.ts'
import { reasonOf, startPostgres } from '../../../../../real-postgres.ts'
import { quiet } from '../../event-sourcing/running-toy.ts'

const postgres = await startPostgres()
const isThere = 'url' in postgres
const rounds = Array.from({ length: 10 }, (_, round) => round)

/** The server ends connections when it is stopped, fails over, or is told to. An error without a listener would fail this run. */
describe.runIf(isThere)(`connections that PostgreSQL ends while they are in use${reasonOf(postgres)}`, () => {
  let database: Database
  let administrator: Database

  beforeAll(async () => {
    if (!isThere) return
    database = await openDatabase(postgres.url, quiet)
    administrator = await openDatabase(postgres.url, quiet)
    await database.query('DROP TABLE IF EXISTS marks')
    await database.query('CREATE TABLE marks (round integer PRIMARY KEY)')
  })
  afterAll(async () => {
    await Promise.all([database?.close(), administrator?.close()])
    if (isThere) await postgres.stop()
  })

  const unavailable = { code: 'UPSTREAM_UNAVAILABLE', status: 503 }
  const endAllOthers = async () =>
    administrator.query(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'",
    )
  const mark = (round: number) => (queries: Queries) => queries.query('INSERT INTO marks VALUES ($1) RETURNING round', [round])

  test('between two statements of a transaction: it is rolled back, and the next one works', async () => {
    for (const round of rounds) {
      const lost = database.transaction(async (queries) => {
        await mark(round)(queries)
        await endAllOthers()
        return queries.query('SELECT 1')
      })
      await expect(lost).rejects.toMatchObject(unavailable)
      expect(await database.transaction(mark(round))).toEqual([{ round }])
    }
  })

  test('while a statement is running', async () => {
    for (const round of rounds) {
      const lost = database.transaction(async ({ query }) => {
        const sleeping = query('SELECT pg_sleep(30)')
        await Promise.allSettled([sleeping, endAllOthers()])
        await sleeping
      })
      await expect(lost).rejects.toMatchObject(unavailable)
      expect(await database.query('SELECT $1::integer AS round', [round])).toEqual([{ round }])
    }
  })

  test('while a right is held: somebody else may have it, and then its holder again', async () => {
    for (const _ of rounds) {
      const lost = database.exclusively('marking', async () => {
        await endAllOthers()
        return administrator.exclusively('marking', async () => 'somebody else')
      })
      await expect(lost).rejects.toMatchObject(unavailable)
      expect(await database.exclusively('marking', async () => 'again')).toBe('again')
    }
  })

  test('while listening: it listens again, and says that it may have missed something', async () => {
    const heard = Promise.withResolvers<string>()
    let begun = Promise.withResolvers<void>()
    const stopListening = database.listen('news', { onMessage: heard.resolve, onGap: () => begun.resolve() })
    await begun.promise
    begun = Promise.withResolvers<void>()
    await endAllOthers()
    await begun.promise
    await administrator.query("SELECT pg_notify('news', 'again')")
    expect(await heard.promise).toBe('again')
    await stopListening()
  })

  test('without a word: a statement is waited for no longer than the server would let it run, and the next one works', async () => {
    if (!isThere) return
    const url = new URL(postgres.url)
    const gate = await openGate(url.hostname, Number(url.port))
    url.host = `127.0.0.1:${gate.port}`
    const behindGate = await openDatabase(url.href, quiet)
    await behindGate.query('SELECT 1')
    gate.stall()
    await expect(behindGate.query('SELECT 1')).rejects.toMatchObject(unavailable)
    expect(await behindGate.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    await behindGate.close()
    await gate.close()
  })

  test('work that fails, as it does when it has to wait for others, costs no connection and leaves nothing behind', async () => {
    const pids = new Set<number>()
    const pidOf = async ({ query }: Queries) => {
      const [row] = await query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      pids.add(row?.pid ?? Number.NaN)
    }
    let late: Queries | undefined
    const failing = (fail: (queries: Queries) => Promise<unknown>) =>
      database.transaction(async (queries) => {
        await pidOf(queries)
        await mark(1000)(queries)
        late = queries
        await fail(queries)
      })
    await database.transaction(pidOf)
    await expect(failing(() => Promise.reject(new WritersPaused('two generations are being compared')))).rejects.toThrow(WritersPaused)
    await expect(failing(() => Promise.reject(new WriteConflict('1 row')))).rejects.toThrow(WriteConflict)
    await expect(failing(({ query }) => query('SELECT 1 / 0'))).rejects.toThrow('division by zero')
    await expect(late?.query('SELECT 1'), 'its connection may be in the hands of others').rejects.toThrow('after the end')
    await expect(database.exclusively('marking', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    await administrator.exclusively('marking', async () => expect(await database.exclusively('marking', async () => 1)).toBeUndefined())
    expect(await database.exclusively('marking', async () => 'free again')).toBe('free again')
    await database.transaction(pidOf)
    expect(pids.size).toBe(1)
    expect(await database.query('SELECT round FROM marks WHERE round = 1000')).toEqual([])
  })

  test('what the work itself fails with, and statements that make no sense, are no loss of a connection', async () => {
    const refused = Object.assign(new Error('another server is away'), { code: 'ECONNREFUSED' })
    await expect(database.transaction(() => Promise.reject(refused))).rejects.toBe(refused)
    await expect(database.exclusively('marking', () => Promise.reject(refused))).rejects.toBe(refused)
    await expect(database.query('SELECT nothing')).rejects.toMatchObject({ code: '42703' })
  })
})
