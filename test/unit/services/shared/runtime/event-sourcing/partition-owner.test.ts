import { expect, test, vi } from 'vitest'
import { startPartitionOwner } from '../../../../../../services/shared/runtime/event-sourcing/partition-owner.ts'
import type { PartitionProcessor } from '../../../../../../services/shared/runtime/event-sourcing/partition-processor.ts'
import type { SubscribeOptions } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import { memoryEventLog } from './memory-event-log.ts'

const silent = () => undefined
const logger = { debug: silent, info: silent, warn: silent, error: silent }
const control = { heartbeat: async () => undefined, assertMember: async () => undefined }
const batch = { topic: 'toy.commands', partition: 0, records: [], nextOffset: 1 }

test('a partition that is lost while it is at work is waited for, with the reason, until it works again', async () => {
  let subscription: SubscribeOptions | undefined
  const eventLog = {
    ...memoryEventLog(),
    subscribe: (options: SubscribeOptions) => {
      subscription = options
      return { stop: async () => undefined }
    },
  }
  const handle = vi.fn<PartitionProcessor['handle']>(async () => undefined)
  const processor: PartitionProcessor = { acquire: async () => 0, handle, stop: async () => undefined }
  const owner = startPartitionOwner({ service: 'toy', eventLog, logger, processorOf: () => processor })
  expect(owner.waitingFor()).toEqual(['partitions of toy.commands'])
  const started = Promise.withResolvers<void>()
  subscription?.onAssigned?.({ partitions: [batch], deliverFrom: () => started.resolve() })
  await started.promise
  await vi.waitFor(() => expect(owner.waitingFor()).toEqual([]))

  handle.mockRejectedValueOnce(new Error('it was made anew'))
  await expect(subscription?.onBatch(batch, control)).rejects.toThrow('made anew')
  expect(owner.waitingFor()).toEqual(['toy.commands/0 (it was made anew)'])
  await subscription?.onBatch(batch, control)
  expect(owner.waitingFor()).toEqual([])
})
