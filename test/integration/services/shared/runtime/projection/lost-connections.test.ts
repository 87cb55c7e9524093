import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database, Queries } from '../../../../../../services/shared/runtime/projection/database.ts'
import { openDatabase } from '../../../../../../services/shared/runtime/projection/open-database.ts'
import { openGate } from '../../../../gate.ts'
import { reasonOf, startPostgres } from '../../../../real-postgres.ts'
import { quiet } from '../running-toy.ts'

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

  test('what the work itself fails with, and statements that make no sense, are no loss of a connection', async () => {
    const refused = Object.assign(new Error('another server is away'), { code: 'ECONNREFUSED' })
    await expect(database.transaction(() => Promise.reject(refused))).rejects.toBe(refused)
    await expect(database.exclusively('marking', () => Promise.reject(refused))).rejects.toBe(refused)
    await expect(database.query('SELECT nothing')).rejects.toMatchObject({ code: '42703' })
  })
})
