import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../../../../../services/shared/runtime/projection/database.ts'
import { openDatabase } from '../../../../../../services/shared/runtime/projection/open-database.ts'
import { quiet } from '../running-toy.ts'

/** `POSTGRES_URL` adds a real server to what is compared. */
const engines = ['pglite:memory://', ...(process.env.POSTGRES_URL ? [process.env.POSTGRES_URL] : [])]

describe.each(engines)('%s', (url) => {
  let database: Database
  beforeAll(async () => {
    database = await openDatabase(url, quiet)
    await database.query('DROP TABLE IF EXISTS things')
    await database.query(
      'CREATE TABLE things (id bigint PRIMARY KEY, price numeric(20, 4), at timestamptz, local timestamp, day date, doc jsonb, ok boolean)',
    )
  })
  afterAll(() => database.close())

  test('values come back alike from every engine', async () => {
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

  test('a BIGINT that a number cannot hold is an error, not another number', async () => {
    await expect(database.query('SELECT 9007199254740993::bigint AS big')).rejects.toThrow('9007199254740993')
    expect(await database.query('SELECT 1::bigint AS one')).toEqual([{ one: 1 }])
  })

  test('a transaction is all or nothing, and the next one works', async () => {
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

  test('transactions that touch the same row take turns', async () => {
    await database.query('INSERT INTO things (id, price) VALUES (100, 0)')
    const increment = () =>
      database.transaction(async ({ query }) => {
        const [row] = await query<{ price: string }>('SELECT price FROM things WHERE id = 100 FOR UPDATE')
        await query('UPDATE things SET price = $1 WHERE id = 100', [String(Number(row?.price) + 1)])
      })
    await Promise.all(Array.from({ length: 20 }, increment))
    expect(await database.query('SELECT price FROM things WHERE id = 100')).toEqual([{ price: '20.0000' }])
  })
})
