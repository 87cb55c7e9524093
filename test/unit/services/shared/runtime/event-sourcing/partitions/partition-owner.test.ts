import { expect, test, vi } from 'vitest'
import { PartitionsChanged } from '../../../../../../../services/shared/runtime/event-sourcing/partitions/partition-count.ts'
import { startPartitionOwner } from '../../../../../../../services/shared/runtime/event-sourcing/partitions/partition-owner.ts'
import type { PartitionProcessor } from '../../../../../../../services/shared/runtime/event-sourcing/partitions/partition-processor.ts'
import type { SubscribeOptions } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import { inMemoryEventLog } from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'

const silent = () => undefined
const logger = { debug: silent, info: silent, warn: silent, error: vi.fn() }
const control = { heartbeat: async () => undefined, assertMember: async () => undefined }
const batch = { topic: 'toy.commands', partition: 0, records: [], nextOffset: 1 }

/** An owner whose assignments and batches are made by hand. */
function handled(processor: Partial<PartitionProcessor>, verify: () => Promise<void> = async () => undefined) {
  let subscription: SubscribeOptions | undefined
  const eventLog = {
    ...inMemoryEventLog(),
    subscribe: (options: SubscribeOptions) => {
      subscription = options
      return { stop: async () => undefined }
    },
  }
  const idle = { acquire: async () => 0, handle: async () => undefined, stop: async () => undefined }
  const processorOf = () => ({ ...idle, ...processor })
  const owner = startPartitionOwner({ service: 'toy', eventLog, logger, partitions: { verify }, processorOf, watchMs: 5 })
  return {
    owner,
    assign: (deliverFrom: () => void) => subscription?.onAssigned?.({ partitions: [batch], deliverFrom }),
    deliver: () => subscription?.onBatch(batch, control),
  }
}

test('a partition that is lost while it is at work is waited for, with the reason, until it works again', async () => {
  const handle = vi.fn<PartitionProcessor['handle']>(async () => undefined)
  const { owner, assign, deliver } = handled({ handle })
  expect(owner.waitingFor()).toEqual(['partitions of toy.commands'])
  const started = Promise.withResolvers<void>()
  assign(() => started.resolve())
  await started.promise
  await vi.waitFor(() => expect(owner.waitingFor()).toEqual([]))

  handle.mockRejectedValueOnce(new Error('it was made anew'))
  await expect(deliver()).rejects.toThrow('made anew')
  expect(owner.waitingFor()).toEqual(['toy.commands/0 (it was made anew)'])
  await deliver()
  expect(owner.waitingFor()).toEqual([])
  await owner.stop()
})

test('partitions that are added while it runs are noticed: nothing more is decided, and readiness says why', async () => {
  const verify = vi.fn<() => Promise<void>>(async () => undefined)
  const handle = vi.fn<PartitionProcessor['handle']>(async () => undefined)
  const { owner, assign, deliver } = handled({ handle }, verify)
  const started = Promise.withResolvers<void>()
  assign(() => started.resolve())
  await started.promise
  await deliver()
  expect(handle).toHaveBeenCalledTimes(1)

  verify.mockRejectedValue(new PartitionsChanged('toy.commands has 4 partitions now'))
  await vi.waitFor(() => expect(owner.waitingFor()).toEqual(['toy.commands has 4 partitions now']))
  await expect(deliver()).rejects.toThrow('4 partitions')
  expect(handle).toHaveBeenCalledTimes(1)

  // Kafka that is away says nothing about it, neither way.
  const asked = verify.mock.calls.length
  verify.mockRejectedValue(new Error('away'))
  await vi.waitFor(() => expect(verify.mock.calls.length).toBeGreaterThan(asked + 2))
  expect(owner.waitingFor()).toEqual(['toy.commands has 4 partitions now'])
  expect(logger.error.mock.calls, 'told once').toEqual([[{ topic: 'toy.commands' }, 'toy.commands has 4 partitions now']])
  verify.mockResolvedValue(undefined)
  await vi.waitFor(() => expect(owner.waitingFor()).toEqual([]))
  await owner.stop()
})

test('a partition is not acquired while the number of partitions is not that of its events', async () => {
  const acquire = vi.fn(async () => 0)
  const verify = vi.fn<() => Promise<void>>(() => Promise.reject(new PartitionsChanged('it has 4 now')))
  const { owner, assign } = handled({ acquire }, verify)
  const started = Promise.withResolvers<void>()
  assign(() => started.resolve())
  await vi.waitFor(() => expect(owner.waitingFor()).toEqual(['it has 4 now']))
  expect(acquire).not.toHaveBeenCalled()
  verify.mockResolvedValue(undefined)
  await started.promise
  expect(acquire).toHaveBeenCalledTimes(1)
  await owner.stop()
})
