import { expect, test, vi } from 'vitest'
import { backOff } from '../../../../../../../services/shared/runtime/kafka/back-off.ts'
import type { Building } from '../../../../../../../services/shared/runtime/projections/rebuild/build-generation.ts'
import { startRebuilds } from '../../../../../../../services/shared/runtime/projections/rebuild/rebuilds.ts'

vi.mock('../../../../../../../services/shared/runtime/kafka/back-off.ts', () => ({ backOff: vi.fn(async () => undefined) }))

const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }

/** A database that answers from the n-th time on. */
function rebuildsOn(answersFrom: number) {
  const stopping = new AbortController()
  const exclusively = vi.fn(async () => {
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
