import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../../../../../../services/shared/runtime/projections/database/database.ts'
import { openDatabase } from '../../../../../../../services/shared/runtime/projections/database/open-database.ts'
import { databaseEngines } from '../../../../../database-engines.ts'
import { quiet } from '../../event-sourcing/running-toy.ts'

const { engines, stop } = await databaseEngines()
afterAll(stop)

/** What services may rely on, whichever engine they are given. */
describe.each(engines)('$engine', ({ url, isThere }) => {
  let database: Database
  beforeAll(async () => {
    if (!isThere) return
    database = await openDatabase(url, quiet)
    await database.query('DROP TABLE IF EXISTS things')
    await database.query(
      'CREATE TABLE things (id bigint PRIMARY KEY, price numeric(20, 4), at timestamptz, local timestamp, day date, doc jsonb, ok boolean)',
    )
  })
  afterAll(() => database?.close())

  test.runIf(isThere)('values come back alike from every engine', async () => {
    await database.query('INSERT INTO things VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7)', [
      9_007_199_254_740_991,
      '12345678901234.5600',
      '2026-03-01T12:00:00.123+02:00',
      '2026-03-01T12:00:00',
      '2026-03-01',
      JSON.stringify(['a', { b: 1 }]),
      true,
    ])
    expect(await database.query('SELECT *, NULL AS nothing, COUNT(*) OVER () AS count FROM things')).toEqual([
      {
        id: 9_007_199_254_740_991,
        price: '12345678901234.5600',
        at: '2026-03-01T10:00:00.123Z',
        local: '2026-03-01T12:00:00.000Z',
        day: '2026-03-01',
        doc: ['a', { b: 1 }],
        ok: true,
        nothing: null,
        count: 1,
      },
    ])
  })

  test.runIf(isThere)('a BIGINT that a number cannot hold is an error, not another number', async () => {
    await expect(database.query('SELECT 9007199254740993::bigint AS big')).rejects.toThrow('9007199254740993')
    expect(await database.query('SELECT 1::bigint AS one')).toEqual([{ one: 1 }])
  })

  test.runIf(isThere)('a transaction is all or nothing, and the next one works', async () => {
    const failing = database.transaction(async ({ query }) => {
      await query('INSERT INTO things (id) VALUES (1)')
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    const broken = database.transaction(async ({ query }) => {
      await query('INSERT INTO things (id) VALUES (2)')
      await query('SELECT 1 / 0')
    })
    await expect(broken).rejects.toThrow('division by zero')
    expect(await database.transaction(async ({ query }) => query('INSERT INTO things (id) VALUES (3) RETURNING id'))).toEqual([{ id: 3 }])
    expect(await database.query('SELECT id FROM things WHERE id < 10')).toEqual([{ id: 3 }])
  })

  test.runIf(isThere)('transactions that touch the same row take turns', async () => {
    await database.query('INSERT INTO things (id, price) VALUES (100, 0)')
    const increment = () =>
      database.transaction(async ({ query }) => {
        const [row] = await query<{ price: string }>('SELECT price FROM things WHERE id = 100 FOR UPDATE')
        await query('UPDATE things SET price = $1 WHERE id = 100', [String(Number(row?.price) + 1)])
      })
    await Promise.all(Array.from({ length: 20 }, increment))
    expect(await database.query('SELECT price FROM things WHERE id = 100')).toEqual([{ price: '20.0000' }])
  })

  test.runIf(isThere)('lists are parameters, and JSON becomes rows of a table', async () => {
    await database.query("INSERT INTO things (id, day) VALUES (200, '2026-03-01'), (201, '2026-03-02'), (202, '2026-03-03')")
    expect(await database.query('SELECT id FROM things WHERE id = ANY($1::bigint[]) ORDER BY id', [[200, 202, 999]])).toEqual([
      { id: 200 },
      { id: 202 },
    ])
    expect(await database.query('SELECT id FROM things WHERE day = ANY($1::date[])', [['2026-03-02']])).toEqual([{ id: 201 }])
    const rows = JSON.stringify([{ id: 300, price: '1.5', at: '2026-03-01T10:00:00.123Z', doc: { list: [1] }, ok: null }])
    expect(
      await database.query('INSERT INTO things SELECT * FROM json_populate_recordset(NULL::things, $1::json) RETURNING id, at, doc, ok', [
        rows,
      ]),
    ).toEqual([{ id: 300, at: '2026-03-01T10:00:00.123Z', doc: { list: [1] }, ok: null }])
  })

  test.runIf(isThere)('work of one name is done by one at a time; then by the next who asks', async () => {
    const other = url.startsWith('pglite') ? database : await openDatabase(url, quiet)
    const { promise: finish, resolve } = Promise.withResolvers<void>()
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const first = database.exclusively('cleaning', async () => {
      begin()
      await finish
      return 'first'
    })
    await begun
    expect(await other.exclusively('cleaning', async () => 'second')).toBeUndefined()
    expect(await other.exclusively('cooking', async () => 'another')).toBe('another')
    resolve()
    expect(await first).toBe('first')
    await expect(other.exclusively('cleaning', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await database.exclusively('cleaning', async () => 'third')).toBe('third')
    if (other !== database) await other.close()
  })

  test.runIf(isThere)(
    'who listens hears what any process notifies when its transaction commits, and nothing of one that does not',
    async () => {
      const other = url.startsWith('pglite') ? database : await openDatabase(url, quiet)
      const heard: string[] = []
      const [listening, last] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const stopListening = database.listen('news', {
        onMessage: (message) => {
          heard.push(message)
          if (message === 'last') last.resolve()
        },
        onGap: listening.resolve,
      })
      await listening.promise
      const notify = (message: string, fails = false) =>
        other.transaction(async ({ query }) => {
          await query("SELECT pg_notify('news', $1)", [message])
          if (fails) throw new Error('changed my mind')
        })
      await notify('first')
      await notify('never', true).catch(() => undefined)
      await notify('last')
      await last.promise
      expect(heard).toEqual(['first', 'last'])
      await stopListening()
      await notify('too late')
      expect(heard).toHaveLength(2)
      if (other !== database) await other.close()
    },
  )

  test.runIf(isThere)('readers of a view see the old table or the new one while it is switched, and never fail', async () => {
    await database.query('DROP VIEW IF EXISTS seen')
    await database.query('DROP TABLE IF EXISTS seen_1, seen_2')
    for (const number of [1, 2]) await database.query(`CREATE TABLE seen_${number} AS SELECT ${number} AS number`)
    await database.query('CREATE VIEW seen AS SELECT * FROM seen_1')
    let switching = true
    const reader = async (): Promise<number[]> => {
      const numbers: number[] = []
      while (switching) numbers.push((await database.query<{ number: number }>('SELECT number FROM seen'))[0]?.number ?? Number.NaN)
      return numbers
    }
    const readers = [reader(), reader(), reader()]
    for (let round = 0; round < 40; round += 1) {
      const [next, old] = round % 2 === 0 ? [2, 1] : [1, 2]
      await database.transaction(({ query }) => query(`CREATE OR REPLACE VIEW seen AS SELECT * FROM seen_${next}`))
      await database.query(`DROP TABLE seen_${old}`)
      await database.query(`CREATE TABLE seen_${old} AS SELECT ${old} AS number`)
    }
    switching = false
    const numbers = (await Promise.all(readers)).flat()
    expect(new Set(numbers)).toEqual(new Set([1, 2]))
    await database.query('DROP VIEW seen')
    await database.query('DROP TABLE seen_1, seen_2')
  })
})
