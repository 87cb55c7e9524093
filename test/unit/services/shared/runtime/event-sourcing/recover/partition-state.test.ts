import { expect, test } from 'vitest'
import {
  emptyPartitionState,
  noteSnapshotBytes,
} from '../../../../../../../services/shared/runtime/event-sourcing/recover/partition-state.ts'

test('only large snapshots are remembered by their bytes, from 256 KiB on, and no longer when they have become small', () => {
  const partitionState = emptyPartitionState()
  const noted = (bytes: number) => {
    noteSnapshotBytes(partitionState, 'a', bytes)
    return [...partitionState.snapshotBytes]
  }
  expect(noted(256 * 1024 - 1)).toEqual([])
  expect(noted(256 * 1024)).toEqual([['a', 256 * 1024]])
  expect(noted(10)).toEqual([])
})
