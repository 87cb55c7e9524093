import { setImmediate } from 'node:timers/promises'
import { beforeEach, expect, test, vi } from 'vitest'
import { backOff } from '../../../../../../../services/shared/runtime/kafka/back-off.ts'
import type { Projection } from '../../../../../../../services/shared/runtime/projections/projection.ts'
import type { Building } from '../../../../../../../services/shared/runtime/projections/rebuild/build-generation.ts'
import { rebuild } from '../../../../../../../services/shared/runtime/projections/rebuild/rebuild.ts'
import { startRebuilds } from '../../../../../../../services/shared/runtime/projections/rebuild/rebuilds.ts'

vi.mock('../../../../../../../services/shared/runtime/kafka/back-off.ts', () => ({ backOff: vi.fn(async () => undefined) }))

vi.mock('../../../../../../../services/shared/runtime/projections/rebuild/rebuild.ts', () => ({ rebuild: vi.fn() }))

const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }

beforeEach(() => {
  for (const { mockReset } of Object.values(logger)) mockReset()
  vi.mocked(backOff).mockReset()
  vi.mocked(rebuild).mockReset()
})

/** A database that answers from the n-th time on. */
function rebuildsOn(answersFrom: number) {
  const stopping = new AbortController()
  const exclusively = vi.fn(async () => {
    await setImmediate()
    if (exclusively.mock.calls.length < answersFrom) throw new Error('the database is away')
  })
  const database: Partial<Building['database']> = { exclusively: exclusively as Building['database']['exclusively'] }
  const building = { database, signal: stopping.signal } as Building
  return { exclusively, stopping, rebuilds: startRebuilds([], building, logger, () => undefined) }
}

test('a database that is away is asked again for rebuilds until it answers, and then no more', async () => {
  const { exclusively, rebuilds } = rebuildsOn(4)
  rebuilds.wake()
  await rebuilds.stop()
  expect(exclusively).toHaveBeenCalledTimes(4)
  expect(vi.mocked(backOff).mock.calls.map(([failures]) => failures)).toEqual([1, 2, 3])
  expect(logger.warn).toHaveBeenCalledTimes(1)
})

test('who stops asks no more', async () => {
  const { exclusively, rebuilds, stopping } = rebuildsOn(Number.POSITIVE_INFINITY)
  vi.mocked(backOff).mockImplementation(async (failures) => {
    if (failures === 3) stopping.abort()
  })
  rebuilds.wake()
  await rebuilds.stop()
  expect(exclusively).toHaveBeenCalledTimes(3)
})

const balances: Projection = { name: 'balances', version: 3, table: { name: 'balances', columns: {}, key: [] } as never, events: {} }
const building = { id: 7, projection: 'balances@3', keep: true, feedEpoch: 9 }
const generation = { id: 7, projection: balances, tableName: 'balances_v3_g7', keep: true, feedEpoch: 9 }

/** A database with the generations that are being built, and what is told to it. */
function databaseWith(generations: { id: number; projection: string; keep: boolean; feedEpoch: number }[], begins = false) {
  const statements: [string, readonly unknown[]][] = []
  const query = async (sql: string, parameters: readonly unknown[] = []) => {
    // A turn of the event loop, as a database takes at least: a loop without an end shall be a failed test and no process that hangs.
    await setImmediate()
    statements.push([sql, parameters])
    if (sql.startsWith('SELECT id, projection'))
      return generations.filter(({ projection }) => (parameters[1] as string[]).includes(projection))
    if (sql.startsWith('INSERT INTO projection_generations') && begins) {
      generations.push({ ...building, keep: parameters[2] === true })
      return [{ id: building.id, feedEpoch: building.feedEpoch }]
    }
    if (sql.startsWith('UPDATE projection_generations')) generations.splice(0, 1)
    return []
  }
  const database = {
    query,
    transaction: (work: (queries: unknown) => unknown) => work({ query }),
    exclusively: (_name: string, work: () => unknown) => work(),
  } as unknown as Building['database']
  const stopping = new AbortController()
  const relay = vi.fn()
  const rebuilds = startRebuilds([balances], { database, signal: stopping.signal } as Building, logger, relay)
  return { statements, stopping, relay, rebuilds, generations }
}

test('a rebuild that is asked for is begun, done, logged, and its differences are relayed', async () => {
  const { rebuilds, relay, generations } = databaseWith([], true)
  vi.mocked(rebuild).mockImplementation(async () => {
    generations.splice(0, 1)
    return { differing: 2, events: 100, buildMs: 5 } as never
  })
  expect(await rebuilds.request('balances', true)).toBe(7)
  await rebuilds.stop()
  expect(vi.mocked(rebuild).mock.calls.map(([of]) => of)).toEqual([generation])
  expect(relay).toHaveBeenCalledTimes(1)
  expect(logger.info.mock.calls).toEqual([
    [{ projection: 'balances', generation: 7, differing: 2, events: 100, buildMs: 5 }, 'projection rebuilt'],
  ])
  expect(logger.warn).not.toHaveBeenCalled()
})

test('who asks for a rebuild that is under way is given its id; of a projection that is none, nothing', async () => {
  const { rebuilds, generations } = databaseWith([building])
  vi.mocked(rebuild).mockImplementation(async () => {
    generations.splice(0, 1)
    return {} as never
  })
  expect(await rebuilds.request('strange', false)).toBeUndefined()
  await rebuilds.stop()
  expect(rebuild).not.toHaveBeenCalled()
  expect(await rebuilds.request('balances', false)).toBe(7)
  await rebuilds.stop()
  expect(rebuild).toHaveBeenCalledTimes(1)
})

test.each([
  [new Error('disk full'), 'disk full'],
  ['a text', 'a text'],
])('a rebuild that fails is tried eight times with longer and longer pauses, then given up with the reason: %s', async (error, failure) => {
  const { rebuilds, statements, relay } = databaseWith([building])
  vi.mocked(rebuild).mockRejectedValue(error)
  rebuilds.wake()
  await rebuilds.stop()
  expect(rebuild).toHaveBeenCalledTimes(8)
  expect(vi.mocked(backOff).mock.calls.map(([failures]) => failures)).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(logger.warn.mock.calls.at(-1)).toEqual([{ err: error, projection: 'balances', failures: 8 }, 'rebuilding failed, trying again'])
  const written = statements.filter(([sql]) => !sql.startsWith('SELECT'))
  expect(written.map(([sql, parameters]) => [sql.split(' ').slice(0, 3).join(' '), parameters])).toEqual([
    ['UPDATE projection_generations SET', [7, JSON.stringify({ failure })]],
    ['DROP TABLE IF', []],
    ['DELETE FROM projection_positions', [7]],
  ])
  expect(relay).toHaveBeenCalledTimes(8)
})

test('the attempts at one rebuild are not counted against the next', async () => {
  const { rebuilds, generations } = databaseWith([building, { ...building, id: 8 }])
  let attempts = 0
  vi.mocked(rebuild).mockImplementation(async () => {
    attempts += 1
    if (attempts % 5 !== 0) throw new Error('not yet')
    generations.splice(0, 1)
    return {} as never
  })
  rebuilds.wake()
  await rebuilds.stop()
  expect(attempts).toBe(10)
  expect(vi.mocked(backOff).mock.calls.map(([failures]) => failures)).toEqual([1, 2, 3, 4, 1, 2, 3, 4])
})

test('what a stop interrupts is no failure: the next process goes on with it', async () => {
  const { rebuilds, stopping, statements } = databaseWith([building])
  vi.mocked(rebuild).mockImplementation(async () => {
    stopping.abort()
    throw new Error('interrupted')
  })
  rebuilds.wake()
  await rebuilds.stop()
  expect(rebuild).toHaveBeenCalledTimes(1)
  expect(logger.warn).not.toHaveBeenCalled()
  expect(statements.filter(([sql]) => !sql.startsWith('SELECT'))).toEqual([])
})

test('a rebuild is told with its progress, and at its end with its report or the failure', async () => {
  const row = { projection: 'balances@3', state: 'building', begunAt: '2026-01-01T00:00:00Z', endedAt: null, report: null, done: 5, of: 20 }
  const stateOf = async (answer: object | undefined) => {
    const query = async () => (answer ? [answer] : [])
    const signal = AbortSignal.abort()
    return startRebuilds([balances], { database: { query }, signal } as unknown as Building, logger, () => undefined).state(7)
  }
  const told = { id: 7, projection: 'balances', state: 'building', begunAt: '2026-01-01T00:00:00Z', progress: { done: 5, of: 20 } }
  expect(await stateOf(row)).toStrictEqual(told)
  const end = { endedAt: '2026-01-01T00:01:00Z' }
  const report = { differing: 0 }
  expect(await stateOf({ ...row, ...end, state: 'live', report })).toStrictEqual({ ...told, ...end, state: 'live', report })
  const failed = { ...told, ...end, state: 'failed', failure: 'disk full' }
  expect(await stateOf({ ...row, ...end, state: 'failed', report: { failure: 'disk full' } })).toStrictEqual(failed)
  expect(await stateOf({ ...row, projection: 'balances@2' }), 'of another release').toBeUndefined()
  expect(await stateOf(undefined)).toBeUndefined()
})
