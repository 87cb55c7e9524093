import { expect, test } from 'vitest'
import type { RecordedEvent } from '../../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { changesByKey, foldRows } from '../../../../../../../services/shared/runtime/projections/fold/fold-rows.ts'
import type { Projection } from '../../../../../../../services/shared/runtime/projections/projection.ts'

const add = (by: number) => (row: object | undefined) => ({ sum: ((row as { sum?: number } | undefined)?.sum ?? 0) + by })
const projection = {
  events: {
    Added: ({ data: { key, by } }: { data: { key: string; by: number } }) => ({ key, fold: add(by) }),
    Ignored: () => undefined,
    Looked: ({ data: { key } }: { data: { key: string } }) => ({ key, fold: (row: object | undefined) => row }),
  },
} as unknown as Projection
const event = (type: string, data: object = {}) => ({ envelope: { type }, data }) as RecordedEvent

const fold = (events: readonly RecordedEvent[], rows: Record<string, object> = {}) =>
  foldRows(changesByKey(projection, events), new Map(Object.entries(rows)) as never)

test('all changes of a row are folded in the order of the events, new rows from nothing', () => {
  const old = { sum: 10 }
  expect(
    fold([event('Added', { key: 'a', by: 1 }), event('Added', { key: 'b', by: 5 }), event('Added', { key: 'a', by: 2 })], { a: old }),
  ).toEqual([
    { key: 'a', old, row: { sum: 13 } },
    { key: 'b', old: undefined, row: { sum: 5 } },
  ])
})

test('events that are none of its business, or change nothing, write no row', () => {
  expect(changesByKey(projection, [event('Ignored'), event('Strange')]).size).toBe(0)
  expect(fold([event('Looked', { key: 'a' }), event('Looked', { key: 'new' })], { a: { sum: 1 } })).toEqual([])
})

test('a row that there was before is not lost to an event that makes none', () => {
  const none = { events: { ...projection.events, Cleared: () => ({ key: 'a', fold: () => undefined }) } } as unknown as Projection
  const folded = (...events: readonly RecordedEvent[]) => foldRows(changesByKey(none, events), new Map([['a', { sum: 1 }]]) as never)
  expect(folded(event('Cleared'))).toEqual([])
  // As if each event had come in a batch of its own.
  const added = event('Added', { key: 'a', by: 2 })
  expect(folded(event('Cleared'), added, event('Cleared'), added)).toEqual([{ key: 'a', old: { sum: 1 }, row: { sum: 5 } }])
})
