import { setTimeout } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import type { Queries } from '../../../../../../../services/shared/runtime/projections/database/database.ts'
import { watchDatabase } from '../../../../../../../services/shared/runtime/projections/database/watch-database.ts'

test('a database that fails or keeps silent for long is waited for; one that answers again is not', async () => {
  let answer = async (): Promise<void> => undefined
  const query: Queries['query'] = async () => {
    await answer()
    return []
  }
  const { ready, stop } = watchDatabase({ query }, { askEveryMs: 5, maxStalenessMs: 50 })
  const away = { ready: false, waitingFor: ['database'] }
  const here = { ready: true, waitingFor: [] }
  expect(ready()).toEqual(here)
  answer = () => Promise.reject(new Error('away'))
  await vi.waitFor(() => expect(ready()).toEqual(away))
  answer = async () => undefined
  await vi.waitFor(() => expect(ready()).toEqual(here))
  const silence = Promise.withResolvers<void>()
  answer = () => silence.promise
  await vi.waitFor(() => expect(ready()).toEqual(away))
  answer = async () => undefined
  silence.resolve()
  await vi.waitFor(() => expect(ready()).toEqual(here))
  await stop()
})

test('who stops waits for no pause, and asks no more', async () => {
  const query = vi.fn(async () => [])
  const { stop } = watchDatabase({ query }, { askEveryMs: 5 })
  await vi.waitFor(() => expect(query.mock.calls.length).toBeGreaterThan(2))
  await stop()
  const asked = query.mock.calls.length
  await setTimeout(50)
  expect(query).toHaveBeenCalledTimes(asked)
  const slow = watchDatabase({ query }, { askEveryMs: 60_000 })
  expect(await Promise.race([slow.stop().then(() => 'stopped'), setTimeout(1_000, 'still waits')])).toBe('stopped')
})
