import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PartitionsChanged } from '../../../../../../../services/shared/runtime/event-sourcing/partitions/partition-count.ts'
import { startPartitionOwner } from '../../../../../../../services/shared/runtime/event-sourcing/partitions/partition-owner.ts'
import { inMemoryEventLog } from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'

vi.mock('node:timers/promises', () => import('../../../../../timer-promises.ts'))
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** An owner without partitions that asks once a second whether some were added. */
function watching() {
  const verify = vi.fn(async () => undefined)
  const error = vi.fn()
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error }
  const eventLog = { ...inMemoryEventLog(), subscribe: () => ({ stop: async () => undefined }) }
  const processorOf = (): never => {
    throw new Error('no partition is assigned')
  }
  const owner = startPartitionOwner({ service: 'toy', eventLog, logger, partitions: { verify }, watchMs: 1000, processorOf })
  return { owner, verify, error }
}

test('partitions that are added are told once for each number, and nothing any more once it is right again', async () => {
  const { owner, verify, error } = watching()
  const [eight, nine] = [new PartitionsChanged('8 partitions'), new PartitionsChanged('9 partitions')]
  verify.mockRejectedValueOnce(eight).mockRejectedValueOnce(eight).mockRejectedValueOnce(nine)
  await vi.advanceTimersByTimeAsync(2000)
  expect(owner.waitingFor()).toEqual(['8 partitions'])
  await vi.advanceTimersByTimeAsync(4000)
  expect(verify).toHaveBeenCalledTimes(6)
  expect(error.mock.calls).toEqual([
    [{ topic: 'toy.commands' }, '8 partitions'],
    [{ topic: 'toy.commands' }, '9 partitions'],
  ])
  expect(owner.waitingFor()).toEqual(['partitions of toy.commands'])
  await owner.stop()
})

test('a stop ends the watch at once: no timer is left, nobody is asked again', async () => {
  const { owner, verify } = watching()
  await vi.advanceTimersByTimeAsync(1000)
  await owner.stop()
  expect(vi.getTimerCount()).toBe(0)
  await vi.advanceTimersByTimeAsync(5000)
  expect(verify).toHaveBeenCalledTimes(1)
})
