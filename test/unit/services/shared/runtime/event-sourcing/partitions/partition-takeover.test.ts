import { expect, test, vi } from 'vitest'
import { startPartitionOwner } from '../../../../../../../services/shared/runtime/event-sourcing/partitions/partition-owner.ts'
import type { PartitionProcessor } from '../../../../../../../services/shared/runtime/event-sourcing/partitions/partition-processor.ts'
import { backOff } from '../../../../../../../services/shared/runtime/kafka/back-off.ts'
import type { SubscribeOptions, TopicPartition } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import { inMemoryEventLog } from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'

/** Nobody waits here: attempts are counted. */
vi.mock('../../../../../../../services/shared/runtime/kafka/back-off.ts', () => ({ backOff: vi.fn(async () => undefined) }))

type Faked = { readonly [Method in 'acquire' | 'handle' | 'stop']: ReturnType<typeof vi.fn<PartitionProcessor[Method]>> }

/** An owner whose assignments are made by hand. */
function handled() {
  let subscription: SubscribeOptions | undefined
  const order: string[] = []
  const eventLog = {
    ...inMemoryEventLog(),
    subscribe: (options: SubscribeOptions) => {
      subscription = options
      return { stop: async () => void order.push('subscription stopped') }
    },
  }
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  const made: Faked[] = []
  const acquire = vi.fn<PartitionProcessor['acquire']>(async () => 7)
  const processorOf = (partition: number) => {
    const stop = vi.fn(async () => void order.push(`processor ${partition} stopped`))
    const processor = { acquire, handle: vi.fn<PartitionProcessor['handle']>(async () => undefined), stop }
    made.push(processor)
    return processor
  }
  const owner = startPartitionOwner({ service: 'toy', eventLog, logger, partitions: { verify: async () => undefined }, processorOf })
  const deliverFrom = vi.fn<(partition: TopicPartition, offset: number) => void>()
  return {
    owner,
    logger,
    made,
    order,
    acquire,
    deliverFrom,
    group: () => subscription?.group,
    /** A command of the partition comes. */
    handle: (partition: number) =>
      subscription?.onBatch(
        { topic: 'toy.commands', partition, records: [], nextOffset: 1 },
        { heartbeat: async () => undefined, assertMember: async () => undefined },
      ),
    assign: (...partitions: readonly number[]) =>
      subscription?.onAssigned?.({ partitions: partitions.map((partition) => ({ topic: 'toy.commands', partition })), deliverFrom }),
  }
}

test('each partition is delivered from where its processor wants to go on', async () => {
  const { assign, deliverFrom, owner, group } = handled()
  expect(group()).toBe('toy.commands')
  assign(0, 2)
  expect(owner.waitingFor()).toEqual(['toy.commands/0', 'toy.commands/2'])
  await vi.waitFor(() => expect(owner.waitingFor()).toEqual([]))
  expect(deliverFrom.mock.calls).toEqual([
    [{ topic: 'toy.commands', partition: 0 }, 7],
    [{ topic: 'toy.commands', partition: 2 }, 7],
  ])
  await owner.stop()
})

test('what cannot be acquired is tried again, later each time, and readiness says why', async () => {
  const { assign, acquire, deliverFrom, owner, logger } = handled()
  const away = new Error('Kafka is away')
  const again = Promise.withResolvers<number>()
  acquire.mockRejectedValueOnce(away).mockRejectedValueOnce('still').mockReturnValueOnce(again.promise)
  assign(0)
  await vi.waitFor(() => expect(acquire).toHaveBeenCalledTimes(3))
  expect(vi.mocked(backOff).mock.calls.map(([failures]) => failures)).toEqual([1, 2])
  expect(owner.waitingFor()).toEqual(['toy.commands/0 (still)'])
  expect(logger.warn.mock.calls).toEqual([
    [{ err: away, topic: 'toy.commands', partition: 0, failures: 1 }, 'partition not acquired, trying again'],
    [{ err: 'still', topic: 'toy.commands', partition: 0, failures: 2 }, 'partition not acquired, trying again'],
  ])
  again.resolve(3)
  await vi.waitFor(() => expect(owner.waitingFor()).toEqual([]))
  expect(deliverFrom).toHaveBeenCalledExactlyOnceWith({ topic: 'toy.commands', partition: 0 }, 3)
  await owner.stop()
})

test('a newer assignment ends the attempts of the one before', async () => {
  const { assign, acquire, owner } = handled()
  const [first, second] = [Promise.withResolvers<number>(), Promise.withResolvers<number>()]
  acquire.mockReturnValueOnce(first.promise).mockReturnValueOnce(second.promise)
  assign(0)
  await vi.waitFor(() => expect(acquire).toHaveBeenCalledTimes(1))
  assign(0)
  await vi.waitFor(() => expect(acquire).toHaveBeenCalledTimes(2))
  first.reject(new Error('taken over'))
  await vi.waitFor(() => expect(vi.mocked(backOff).mock.lastCall?.[1]?.aborted).toBe(true))
  expect(acquire).toHaveBeenCalledTimes(2)
  expect(owner.waitingFor()).toEqual(['toy.commands/0'])
  second.resolve(0)
  await vi.waitFor(() => expect(owner.waitingFor()).toEqual([]))
  await owner.stop()
})

test('a partition that is kept keeps its processor, one that is lost is stopped and begins anew when it comes back', async () => {
  const { assign, made, owner, logger } = handled()
  assign(0, 1)
  await vi.waitFor(() => expect(owner.waitingFor()).toEqual([]))
  const [kept, lost] = made
  lost?.stop.mockRejectedValueOnce(new Error('in the middle of it'))
  assign(0)
  await vi.waitFor(() => expect(owner.waitingFor()).toEqual([]))
  expect(made).toHaveLength(2)
  expect(kept?.stop).not.toHaveBeenCalled()
  expect(lost?.stop).toHaveBeenCalledTimes(1)
  await vi.waitFor(() =>
    expect(logger.warn.mock.lastCall).toEqual([
      { err: new Error('in the middle of it'), topic: 'toy.commands', partition: 1 },
      'partition given up badly',
    ]),
  )
  assign(0, 1)
  await vi.waitFor(() => expect(owner.waitingFor()).toEqual([]))
  expect(made).toHaveLength(3)
  await owner.stop()
})

test('a stop gives up what its processors are at before it leaves the group, and no attempt goes on', async () => {
  const { assign, acquire, order, owner } = handled()
  const never = Promise.withResolvers<number>()
  acquire.mockReturnValueOnce(never.promise)
  assign(0)
  await vi.waitFor(() => expect(acquire).toHaveBeenCalledTimes(1))
  await owner.stop()
  expect(order).toEqual(['processor 0 stopped', 'subscription stopped'])
  never.reject(new Error('stopped'))
  await vi.waitFor(() => expect(vi.mocked(backOff).mock.lastCall?.[1]?.aborted).toBe(true))
  expect(acquire).toHaveBeenCalledTimes(1)
})

test('commands go to the processor of their partition; those of a partition that was given up are nobody’s', async () => {
  const { assign, handle, made, owner } = handled()
  assign(0)
  await vi.waitFor(() => expect(owner.waitingFor()).toEqual([]))
  await handle(0)
  await handle(1)
  expect(made.map((processor) => processor.handle.mock.calls.map(([batch]) => batch.partition))).toEqual([[0]])
  await owner.stop()
})
