import { expect, test } from 'vitest'
import type { RecordBatch } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import type { Position } from '../../../../../../../services/shared/runtime/kafka/reading/fetch-records.ts'
import type { PartitionSource } from '../../../../../../../services/shared/runtime/kafka/reading/partition-source.ts'
import { readPartitions } from '../../../../../../../services/shared/runtime/kafka/reading/read-partitions.ts'

const topic = 'x.events'

/** Partitions of so many records each, from an offset on, on a leader of their own; a fetch brings two of each. */
function sourceOf(ends: Readonly<Record<number, { readonly beginning?: number; readonly end: number }>>) {
  const fetches: string[] = []
  const batchOf = ({ partition, offset }: Position): RecordBatch => {
    const nextOffset = offset + 2
    const records = [offset, offset + 1].map((at) => ({ topic, partition, offset: at, key: null, value: null, headers: {} }))
    return { topic, partition, records, nextOffset }
  }
  const source: PartitionSource = {
    partitions: async () => Object.keys(ends).map((partition) => ({ topic, partition: Number(partition) })),
    offsets: async (partitions, edge) =>
      partitions.map(({ partition }) => ({ topic, partition, offset: ends[partition]?.[edge === 'end' ? 'end' : 'beginning'] ?? 0 })),
    byLeader: async (positions) => Map.groupBy(positions, ({ partition }) => partition),
    fetch: async (leader, positions) => {
      fetches.push(`${leader}: ${positions.map(({ offset }) => offset)}`)
      return positions.map(batchOf)
    },
    refresh: async () => {},
    close: async () => {},
  }
  return { source, fetches }
}
const ranges = (...from: readonly number[]) => from.map((offset, partition) => ({ topic, partition, from: offset }))
async function read(source: PartitionSource, ...from: readonly number[]): Promise<string[]> {
  const seen: string[] = []
  for await (const { partition, records } of readPartitions(source, ranges(...from)))
    seen.push(...records.map(({ offset }) => `${partition}/${offset}`))
  return seen
}

test('every partition is read in order to the end that it had at the beginning, and no further', async () => {
  const { source, fetches } = sourceOf({ 0: { end: 4 }, 1: { end: 2 }, 2: { end: 0 } })
  const seen = await read(source, 0, 0, 0)
  expect(seen.filter((place) => place.startsWith('0/'))).toEqual(['0/0', '0/1', '0/2', '0/3'])
  expect(seen.filter((place) => place.startsWith('1/'))).toEqual(['1/0', '1/1'])
  expect(fetches).toEqual(['0: 0', '1: 0', '0: 2'])
})

test('a range begins where it says, or at the first record that is still there', async () => {
  const { source } = sourceOf({ 0: { end: 6 }, 1: { beginning: 4, end: 6 } })
  expect(await read(source, 4, 0)).toEqual(['0/4', '0/5', '1/4', '1/5'])
})

test('the next records are asked for before these are handled', async () => {
  const { source, fetches } = sourceOf({ 0: { end: 6 } })
  const reading = readPartitions(source, ranges(0))
  expect((await reading.next()).value).toMatchObject({ nextOffset: 2 })
  expect(fetches).toEqual(['0: 0', '0: 2'])
  await reading.return(undefined)
  expect(fetches).toHaveLength(2)
})

test('an error comes after what was read before it, and harms nobody who has stopped reading', async () => {
  const { source } = sourceOf({ 0: { end: 6 } })
  const failing = {
    ...source,
    fetch: async (...[leader, positions, wait]: Parameters<PartitionSource['fetch']>) =>
      positions[0]?.offset === 0 ? source.fetch(leader, positions, wait) : Promise.reject(new Error('broker away')),
  }
  const seen: number[] = []
  const all = async () => {
    for await (const { nextOffset } of readPartitions(failing, ranges(0))) seen.push(nextOffset)
  }
  await expect(all()).rejects.toThrow('broker away')
  expect(seen).toEqual([2])
  for await (const _ of readPartitions(failing, ranges(0))) break
})

test('at every step only so many bytes are asked for', async () => {
  const { source } = sourceOf({ 0: { end: 6 } })
  const asked: unknown[] = []
  const noting: PartitionSource = {
    ...source,
    fetch: (leader, positions, wait, maxBytes) => {
      asked.push(maxBytes)
      return source.fetch(leader, positions, wait)
    },
  }
  for await (const _ of readPartitions(noting, ranges(0), { maxBytes: 1_000 }));
  expect(asked).toEqual([1_000, 1_000, 1_000])
})
