import { afterAll, beforeAll, expect, test } from 'vitest'
import { fillSchema, SchemaTaken } from '../../../../../scripts/events/projections/fill-schema.ts'
import { createTable, type Database, openDatabase, text } from '../../../../../services/shared/runtime/projections/index.ts'
import { newPglite } from '../../../../new-pglite.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const goods = { name: 'goods', key: 'sku', columns: { sku: text(), name: text() }, indexes: { by_name: '"name"' } }
const pglite = await newPglite()
let database: Database

beforeAll(async () => {
  database = await openDatabase(pglite.url, quiet)
})
afterAll(async () => {
  await database.close()
  await pglite.remove()
})

const make = async (place: string): Promise<void> => {
  for (const statement of createTable(goods, place)) await database.query(statement)
  await database.query(`INSERT INTO ${place} VALUES ('MUG', 'Mug')`)
}
const fill = (schema: string, work: (place: string) => Promise<void> = make) =>
  fillSchema(database, schema, [goods.name], (tableNameOf) => work(tableNameOf(goods.name)))
const schemas = async () =>
  (await database.query<{ name: string }>('SELECT nspname AS name FROM pg_namespace'))
    .map(({ name }) => name)
    .filter((name) => /^day/.test(name))

test('tables appear when they are whole, with their indexes, and may be made in each schema once', async () => {
  await fill('day1', async (place) => {
    await make(place)
    expect(await schemas()).toEqual(['day1~unfinished'])
  })
  expect(await schemas()).toEqual(['day1'])
  expect(await database.query('SELECT sku FROM day1.goods')).toEqual([{ sku: 'MUG' }])
  expect(await database.query("SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'day1' ORDER BY 1")).toEqual([
    { name: 'goods_by_name' },
    { name: 'goods_pkey' },
  ])
  await expect(fill('day1')).rejects.toThrow(SchemaTaken)
  await fill('public')
  await fill('day2')
})

test('who fails leaves nothing; who was killed leaves what the next one clears away', async () => {
  const failing = fill('day3', async (place) => {
    await make(place)
    throw new Error('interrupted')
  })
  await expect(failing).rejects.toThrow('interrupted')
  expect(await schemas()).not.toContain('day3~unfinished')
  await database.query('CREATE SCHEMA "day3~unfinished"')
  await make('"day3~unfinished".goods')
  await fill('day3')
  expect(await schemas()).toContain('day3')
  expect(await schemas()).not.toContain('day3~unfinished')
})

test('two do not fill one schema at the same time', async () => {
  await fill('day4', () =>
    expect(fill('day4'))
      .rejects.toThrow('somebody else is filling day4')
      .then(() => make('"day4~unfinished".goods')),
  )
})
