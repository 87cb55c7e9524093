import { beforeEach, expect, test, vi } from 'vitest'
import { backOff } from '../../../../../../../services/shared/runtime/kafka/back-off.ts'
import { WriteConflict } from '../../../../../../../services/shared/runtime/projections/database/rows.ts'
import { retryOnConflict } from '../../../../../../../services/shared/runtime/projections/fold/retry-on-conflict.ts'
import { WritersPaused } from '../../../../../../../services/shared/runtime/projections/rebuild/writer-lock.ts'

vi.mock('../../../../../../../services/shared/runtime/kafka/back-off.ts', () => ({ backOff: vi.fn(async () => undefined) }))
beforeEach(() => void vi.mocked(backOff).mockClear())

const { signal } = new AbortController()
const failing = (...errors: readonly Error[]) => {
  const work = vi.fn<() => Promise<string>>(async () => 'done')
  for (const error of errors) work.mockRejectedValueOnce(error)
  return work
}

test('work that was in somebody’s way is done again, with longer and longer waits', async () => {
  const work = failing(new WritersPaused('compared'), new WriteConflict('made'))
  expect(await retryOnConflict(work, signal)).toBe('done')
  expect(vi.mocked(backOff).mock.calls).toEqual([
    [1, signal],
    [2, signal],
  ])
})

test('after five turns it is left to the delivery', async () => {
  const work = failing(...Array.from({ length: 9 }, () => new WritersPaused('compared')))
  await expect(retryOnConflict(work, signal)).rejects.toThrow('compared')
  expect(work).toHaveBeenCalledTimes(5)
  expect(backOff).toHaveBeenCalledTimes(4)
})

test('any other failure is one at once, and so is every one when nobody waits any more', async () => {
  const broken = failing(new Error('broken'))
  await expect(retryOnConflict(broken, signal)).rejects.toThrow('broken')
  const late = failing(new WritersPaused('compared'))
  await expect(retryOnConflict(late, AbortSignal.abort())).rejects.toThrow('compared')
  for (const work of [broken, late]) expect(work).toHaveBeenCalledTimes(1)
})
