import type Cluster from 'kafkajs/src/cluster/index.js'
import { expect, test, vi } from 'vitest'
import { committedOffsets } from '../../../../../../../services/shared/runtime/kafka/reading/committed-offsets.ts'

const place = { topic: 't', partition: 2 }

/** A broker that keeps offsets of groups, and what it answers for one partition. */
function keeping(offset?: string) {
  const coordinator = {
    offsetFetch: vi.fn(async () => ({ responses: offset === undefined ? [] : [{ partitions: [{ partition: 2, offset }] }] })),
    offsetCommit: vi.fn(async () => undefined),
  }
  const nothing = vi.fn(async () => undefined)
  const cluster = { connect: vi.fn(async () => undefined), findGroupCoordinator: vi.fn(async () => coordinator), refreshMetadata: nothing }
  return { offsets: committedOffsets(cluster as unknown as Cluster), coordinator, cluster }
}

test('a reader goes on from what was committed under the name of its group', async () => {
  const { offsets, coordinator, cluster } = keeping('17')
  expect(await offsets.committedOffset('g', place)).toBe(17)
  expect(cluster.connect).toHaveBeenCalledBefore(cluster.findGroupCoordinator)
  expect(cluster.findGroupCoordinator).toHaveBeenCalledWith({ groupId: 'g' })
  expect(coordinator.offsetFetch).toHaveBeenCalledWith({ groupId: 'g', topics: [{ topic: 't', partitions: [{ partition: 2 }] }] })
})

test('of what was never committed, or is kept no longer, it begins at 0', async () => {
  expect(await keeping('-1').offsets.committedOffset('g', place)).toBe(0)
  expect(await keeping().offsets.committedOffset('g', place)).toBe(0)
})

test('who is no member commits without a generation, and for as long as the broker keeps offsets', async () => {
  const { offsets, coordinator } = keeping()
  await offsets.commitOffset('g', place, 18)
  expect(coordinator.offsetCommit).toHaveBeenCalledExactlyOnceWith({
    groupId: 'g',
    groupGenerationId: -1,
    memberId: '',
    retentionTime: -1,
    topics: [{ topic: 't', partitions: [{ partition: 2, offset: '18' }] }],
  })
})

test('a coordinator that has just moved, or still loads, is looked for again; what it refuses for good is not', async () => {
  const moved = Object.assign(new Error('This is not the correct coordinator for this group'), { retriable: true })
  const { offsets, coordinator, cluster } = keeping('17')
  coordinator.offsetFetch.mockRejectedValueOnce(moved)
  coordinator.offsetCommit.mockRejectedValueOnce(moved)
  expect(await offsets.committedOffset('g', place)).toBe(17)
  await offsets.commitOffset('g', place, 18)
  expect(cluster.findGroupCoordinator).toHaveBeenCalledTimes(4)
  expect(cluster.refreshMetadata).toHaveBeenCalledTimes(2)

  coordinator.offsetCommit.mockRejectedValueOnce(new Error('UNKNOWN_MEMBER_ID'))
  await expect(offsets.commitOffset('g', place, 19)).rejects.toThrow('UNKNOWN_MEMBER_ID')
})
