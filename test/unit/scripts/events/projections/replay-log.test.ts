import { afterAll, beforeAll, expect, test } from 'vitest'
import { replayLog } from '../../../../../scripts/events/projections/replay-log.ts'
import { projections } from '../../../../../services/order-history/projections/projections.ts'
import type { EventLog } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import { type Database, openDatabase } from '../../../../../services/shared/runtime/projections/index.ts'
import { newPglite } from '../../../../new-pglite.ts'
import { simulatedEvents } from '../../../simulated-events.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const log = simulatedEvents(60)
const partitions = Map.groupBy(log, ({ topic, partition }) => `${topic}/${partition}`)
const eventLog: Pick<EventLog, 'readPartitions' | 'endOffsets'> = {
  endOffsets: async (topic) => new Map([0, 1, 2].map((partition) => [partition, partitions.get(`${topic}/${partition}`)?.length ?? 0])),
  readPartitions: async function* (ranges) {
    for (const { topic, partition } of ranges) {
      const records = partitions.get(`${topic}/${partition}`) ?? []
      if (records.length > 0) yield { topic, partition, records, nextOffset: records.length }
    }
  },
}
const pglite = await newPglite()
let database: Database

beforeAll(async () => {
  database = await openDatabase(pglite.url, quiet)
})
afterAll(async () => {
  await database.close()
  await pglite.remove()
})

const replay = async (prefix: string, since: number) => {
  let progress: readonly [number, number] = [0, 0]
  const made = await replayLog({
    eventLog,
    database,
    projections,
    tableNameOf: ({ table }) => `${prefix}_${table.name}`,
    since,
    onRead: (done, of) => {
      progress = [done, of]
    },
  })
  return { ...made, progress }
}

test('the whole log makes the tables of the shop, beside what is there', async () => {
  const { tables, unreadable, progress } = await replay('whole', 0)
  expect(unreadable).toBe(0)
  expect(progress[0]).toBe(progress[1])
  expect(progress[0]).toBe(log.filter(({ topic }) => /^(orders|inventory|payments|shipping)\./.test(topic)).length)
  expect(tables.map(({ table }) => table)).toEqual(projections.map(({ table }) => table.name))
  expect(tables[0]).toMatchObject({ rows: 60 })
  expect(await database.query('SELECT count(*) AS count FROM whole_order_list WHERE status = $1', ['confirmed'])).not.toEqual([
    { count: 0 },
  ])
})

test('from a moment on: orders from before are not there', async () => {
  const noon = Date.parse('2026-01-02T12:00:00Z')
  const { tables } = await replay('late', noon)
  const [{ earliest } = { earliest: '' }] = await database.query<{ earliest: string }>(
    'SELECT min("placedAt") AS earliest FROM late_order_list',
  )
  expect(Date.parse(earliest)).toBeGreaterThanOrEqual(noon)
  expect(tables[0]?.rows).toBeGreaterThan(0)
  expect(tables[0]?.rows).toBeLessThan(60)
})

test('tables that are there already are not written into', async () => {
  await expect(replay('whole', 0)).rejects.toThrow('already exists')
})
