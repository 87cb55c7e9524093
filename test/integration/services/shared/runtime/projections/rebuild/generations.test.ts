import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../../../../../../services/shared/runtime/projections/database/database.ts'
import { openDatabase } from '../../../../../../../services/shared/runtime/projections/database/open-database.ts'
import { ensureTables } from '../../../../../../../services/shared/runtime/projections/ensure-tables.ts'
import { appendToOutbox, type RowChanged } from '../../../../../../../services/shared/runtime/projections/outbox/outbox.ts'
import {
  beginBuilding,
  dropRows,
  generationsIn,
  switchTo,
} from '../../../../../../../services/shared/runtime/projections/rebuild/generations.ts'
import { databaseEngines } from '../../../../../database-engines.ts'
import { quiet } from '../../event-sourcing/running-toy.ts'
import { balances, forgetEverything } from '../toy-balances.ts'

const { engines, stop } = await databaseEngines()
afterAll(stop)

const projection = balances('toy')
const atVersion = (deposits: number) => ({ account: 'a', cents: 1, deposits })

describe.each(engines)('on $engine', ({ url, isThere }) => {
  const check = test.runIf(isThere)
  let database: Database

  beforeAll(async () => {
    if (isThere) database = await openDatabase(url, quiet)
  })
  beforeEach(() => (isThere ? forgetEverything(database) : undefined))
  afterAll(() => database?.close())

  async function begin(): Promise<void> {
    await ensureTables([projection], database)
  }

  async function replace(keep = false): Promise<void> {
    await database.transaction(async (queries) => {
      const [old] = await generationsIn('live', [projection], queries)
      const made = await beginBuilding(projection, keep, queries)
      if (!old || !made) throw new Error('nothing to replace')
      await switchTo(made, { old, keepOld: keep, report: {} }, queries)
      if (!keep) await dropRows(old, queries)
    })
  }

  /** The sequence with which a change of a row is told now. */
  async function sequenceOf(version: number | undefined): Promise<number> {
    const [live] = await generationsIn('live', [projection], database)
    if (!live) throw new Error('no live generation')
    await appendToOutbox(live, [{ key: 'a', old: atVersion(1), row: version === undefined ? version : atVersion(version) }], database)
    const [told] = await database.query<{ value: RowChanged }>('SELECT value FROM projection_outbox ORDER BY id DESC LIMIT 1')
    return told?.value.sequence ?? Number.NaN
  }

  check('what a later generation tells comes behind what was told, at any version, however soon it follows', async () => {
    await begin()
    const told = [await sequenceOf(1), await sequenceOf(200_000)]
    for (const _ of [1, 2, 3]) {
      await replace()
      told.push(await sequenceOf(undefined), await sequenceOf(1), await sequenceOf(7), await sequenceOf(200_000))
    }
    expect(told).toEqual(told.toSorted((one, other) => one - other))
    expect(new Set(told).size).toBe(told.length)
    expect(told.every(Number.isSafeInteger)).toBe(true)
    expect(await sequenceOf(200_000), 'the same for the same row').toBe(told.at(-1))
  })

  check('a database made anew tells behind the one that was lost, whatever rebuilds that had seen', async () => {
    await begin()
    await replace()
    // It was begun a minute ago.
    await database.query('UPDATE projection_generations SET era = era - 60')
    const told = await sequenceOf(200_000)
    await forgetEverything(database)
    await begin()
    expect(await sequenceOf(1)).toBeGreaterThan(told)
  })

  check('a database from before the feed had epochs goes on where it was, and its next generation comes behind', async () => {
    await begin()
    await database.query('ALTER TABLE projection_generations DROP COLUMN era')
    await begin()
    expect(await sequenceOf(3)).toBe(3)
    await replace()
    expect(await sequenceOf(undefined)).toBeGreaterThan(3)
  })

  check('generations say whether their rows are still there', async () => {
    await begin()
    await replace(true)
    await replace()
    expect(await database.query('SELECT state FROM projection_generations ORDER BY id')).toEqual([
      { state: 'kept' },
      { state: 'dropped' },
      { state: 'live' },
    ])
  })
})
