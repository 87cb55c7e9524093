import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RecordedEvent } from '../../../../../../../services/shared/runtime/messaging/record-codec.ts'
import type { Database } from '../../../../../../../services/shared/runtime/projections/database/database.ts'
import { openDatabase } from '../../../../../../../services/shared/runtime/projections/database/open-database.ts'
import { WriteConflict } from '../../../../../../../services/shared/runtime/projections/database/rows.ts'
import { ensureTables } from '../../../../../../../services/shared/runtime/projections/ensure-tables.ts'
import { applyBatches, type Readable } from '../../../../../../../services/shared/runtime/projections/fold/apply-batches.ts'
import { generationsIn } from '../../../../../../../services/shared/runtime/projections/rebuild/generations.ts'
import { WritersPaused, withWriterLock } from '../../../../../../../services/shared/runtime/projections/rebuild/writer-lock.ts'
import { databaseEngines } from '../../../../../database-engines.ts'
import { quiet } from '../../event-sourcing/running-toy.ts'
import { balances, forgetEverything, numbers, sumOf } from '../toy-balances.ts'

const { engines, stop } = await databaseEngines()
afterAll(stop)

const service = 'toy'
const topic = `${service}.events`

/** Deposits of 1, 2, … cents into a few accounts, which every partition has in common. */
function batch(partition: number, from: number, to: number, accounts = 7): Readable {
  const events = numbers(from, to).map((cents): RecordedEvent => {
    const id = `${partition}/${cents}`
    const ids = { id, aggregateId: `account-${cents % accounts}`, causationId: id, correlationId: id }
    const envelope = { ...ids, type: `${service}.Deposited`, schemaVersion: 1, version: 1, time: '2026-01-01T00:00:00.000Z' }
    return { topic, partition, offset: cents, data: { cents }, envelope }
  })
  return { topic, partition, events, nextOffset: to + 1 }
}
const total = (count: number) => (count * (count + 1)) / 2

describe.each(engines)('on $engine', ({ url, isThere }) => {
  const check = test.runIf(isThere)
  const owners: Database[] = []

  beforeAll(async () => {
    if (isThere) owners.push(await openDatabase(url, quiet))
  })
  beforeEach(async () => {
    const [database] = owners
    if (!database) return
    await forgetEverything(database)
    await ensureTables([balances(service)], database)
  })
  afterEach(() => Promise.all(owners.splice(1).map((owner) => owner.close())))
  afterAll(() => owners[0]?.close())

  const database = (): Database => {
    const [first] = owners
    if (!first) throw new Error('no database')
    return first
  }
  /** Another replica: with a server, one with connections of its own. */
  const anotherOwner = async (): Promise<Database> => {
    if (url.startsWith('pglite')) return database()
    const owner = await openDatabase(url, quiet)
    owners.push(owner)
    // Connected: whoever comes later would have nobody to get in the way of.
    await owner.query('SELECT 1')
    return owner
  }

  /** As the runtime does it: what another writer kept from working is tried again. */
  async function insist(work: () => Promise<unknown>): Promise<number> {
    for (let retries = 0; ; retries += 1) {
      try {
        await work()
        return retries
      } catch (error) {
        if (!(error instanceof WriteConflict) && !(error instanceof WritersPaused)) throw error
      }
    }
  }

  check('owners of different partitions may change the same rows at the same time', async () => {
    const appliers = [database(), await anotherOwner(), await anotherOwner()].map((owner) => applyBatches([balances(service)], owner))
    const partitions = numbers(0, 8)
    await Promise.all(
      partitions.map(async (partition) => {
        const apply = appliers[partition % appliers.length]
        for (const from of [1, 11, 21, 31]) await insist(async () => apply?.([batch(partition, from, from + 9)]))
      }),
    )
    expect(await sumOf(database())).toBe(partitions.length * total(40))
  })

  check('two who both believe that a partition is theirs apply its events once', async () => {
    const appliers = [database(), await anotherOwner()].map((owner) => applyBatches([balances(service)], owner))
    const asOneDoes = async (apply: (typeof appliers)[number]) => {
      for (let from = 1; from < 200; from += 2) await insist(() => apply([batch(0, from, from + 1)]))
    }
    await Promise.all(appliers.map(asOneDoes))
    expect(await sumOf(database())).toBe(total(200))
    expect(await database().query('SELECT next_offset FROM projection_positions')).toEqual([{ next_offset: 201 }])
  })

  check('while two generations are compared nobody writes; then everything goes on', async () => {
    const apply = applyBatches([balances(service)], database())
    await apply([batch(0, 1, 10)])
    await withWriterLock(database(), async () => {
      await expect(apply([batch(0, 11, 20)])).rejects.toThrow(WritersPaused)
      expect(await sumOf(database())).toBe(total(10))
    })
    await apply([batch(0, 11, 20)])
    expect(await sumOf(database())).toBe(total(20))
  })

  check('a change of a row is told with the row before and after it, in the transaction that makes it', async () => {
    const apply = applyBatches([balances(service)], database())
    const untold = () => database().query('SELECT key, value FROM projection_outbox ORDER BY id')
    const [{ feedEpoch = Number.NaN } = {}] = await generationsIn('live', [balances(service)], database())
    await apply([batch(0, 1, 3, 1)])
    const first = { account: 'account-0', cents: 6, deposits: 3 }
    expect(await untold()).toEqual([
      { key: 'account-0', value: { eventName: 'INSERT', newImage: first, sequence: feedEpoch * 1_000_000 + 3 } },
    ])
    await database().query('DELETE FROM projection_outbox')
    await apply([batch(0, 4, 4, 1)])
    const second = { account: 'account-0', cents: 10, deposits: 4 }
    expect(await untold()).toEqual([
      { key: 'account-0', value: { eventName: 'MODIFY', oldImage: first, newImage: second, sequence: feedEpoch * 1_000_000 + 4 } },
    ])
    await apply([batch(0, 4, 4, 1)])
    expect(await untold(), 'nothing new, nothing told').toHaveLength(1)
    const broken = { ...batch(0, 5, 5, 1), events: batch(0, 5, 5, 1).events.map((event) => ({ ...event, data: { cents: 'five' } })) }
    await expect(apply([broken])).rejects.toThrow('balances')
    expect(await untold(), 'what is rolled back is not told').toHaveLength(1)
  })
})
