import { expect, test } from 'vitest'
import { withTerm } from '../../../../../scripts/console/page/logs/terms.ts'
import { searchQuery } from '../../../../../scripts/console/search/search-query.ts'

const now = Date.parse('2026-01-02T03:04:05Z')
const order = 'ord_4-Kx_0mCq-Hb2wZ1tYp-7A'
const trace = '0af7651916cd43dd8448eb211c80319c'
const queryOf = (typed: string) => searchQuery(typed, now).query

test.each([
  ['', {}],
  ['connection refused', { text: 'connection refused' }],
  ['"credit exceeded" refus*', { text: '"credit exceeded" refus*' }],
  [order, { order }],
  [trace, { trace }],
  [`00-${trace}-b7ad6b7169203331-01`, { trace }],
  ['catalog', { service: 'catalog' }],
  ['catalog-0', { service: 'catalog-0' }],
  ['catalog is down', { text: 'catalog is down' }],
  ['service:kafka level:WARN', { service: 'kafka', level: 40 }],
  ['since:10m /v1/orders', { since: now - 600_000, text: '/v1/orders' }],
  [`${order} level:error timeout`, { order, level: 50, text: 'timeout' }],
  ['order:ord_1', { order: 'ord_1' }],
  ['constructor:x __proto__', { text: 'constructor:x __proto__' }],
])('%s', (typed, query) => {
  expect(queryOf(typed)).toEqual(query)
})

test('what was typed is said again as it was taken', () => {
  expect(searchQuery(`${order} level:warn a b`, now).understood).toEqual([
    { name: 'order', value: order },
    { name: 'level', value: 'warn or worse' },
    { name: 'text', value: 'a b' },
  ])
})

test.each(['level:loud', 'since:yesterday', 'trace:xyz', 'a'.repeat(1_001)])('%s is told to be wrong', (typed) => {
  expect(() => queryOf(typed)).toThrow(/is no|is neither|at most/)
})

test('a term replaces the one of its name', () => {
  expect(withTerm('a service:catalog "b c"', 'service', 'orders')).toBe('a "b c" service:orders')
  expect(withTerm('a service:catalog', 'service', '')).toBe('a')
  expect(withTerm('', 'level', 'warn')).toBe('level:warn')
})
