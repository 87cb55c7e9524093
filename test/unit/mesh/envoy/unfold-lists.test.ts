import { expect, test } from 'vitest'
import { unfoldLists } from '../../../../mesh/envoy/unfold-lists.ts'

test('a list stands for its items, also those of lists in it, in order', () => {
  const inner = { kind: 'DestinationRuleList', items: ['b', 'c'] }
  expect(unfoldLists(['a', { kind: 'List', items: [inner, { kind: 'List', items: [] }] }, 'd'])).toEqual(['a', 'b', 'c', 'd'])
})

test.each([
  null,
  undefined,
  'List',
  { items: [1] },
  { kind: 'ListOfItems', items: [1] },
  { kind: 'List' },
  { kind: 'List', items: {} },
  { kind: null, items: [1] },
])('%j is no list', (object) => {
  expect(unfoldLists([object])).toEqual([object])
})

test('a list is one by its kind, not by what it looks like', () => {
  const function_ = Object.assign(() => undefined, { kind: 'List', items: [1] })
  expect(unfoldLists([function_])).toEqual([function_])
})
