import { expect, test } from 'vitest'
import { toLogsQl } from '../../../../../scripts/telemetry/cluster/logsql.ts'

test.each([
  [{}, '*'],
  [{ text: 'connection refused' }, 'i("connection") i("refused")'],
  [{ text: '"credit exceeded" refus*' }, 'i("credit exceeded") i("refus"*)'],
  [{ text: '/v1/orders' }, 'i("/v1/orders")'],
  // Nothing in it that could be found: the store of a laptop finds nothing either.
  [{ text: '!!' }, '!*'],
  [{ order: 'ord_1' }, '("ord_1")'],
  [{ trace: 'abc' }, '"abc"'],
  [{ service: 'catalog' }, '("service.name":="catalog" or "service.instance.id":="catalog")'],
  [{ level: 10 }, '*'],
  [{ level: 40 }, 'level:in("warn","error","fatal")'],
  [{ text: 'x', level: 60 }, 'i("x") level:in("fatal")'],
])('%j', (query, logsQl) => {
  expect(toLogsQl(query)).toBe(logsQl)
})

test('lines of an order are those that name it, and those of its traces', () => {
  expect(toLogsQl({ order: 'ord_1' }, ['t1', 't2'])).toBe('("ord_1" or "t1" or "t2")')
})

test.each(['a" | delete *', 'a\\" or *', "a' or *", 'a` | stats count()', 'a\n| fields x', '\ud800'])(
  '%j stays inside of its quotes',
  (text) => {
    for (const query of [{ order: text }, { trace: text }, { service: text }]) {
      // What is left when the strings are taken away is what we wrote.
      expect(toLogsQl(query).replaceAll(/"(?:[^"\\]|\\.)*"/g, 'S')).toMatch(/^\(?S(:=S or S:=S)?\)?$/)
    }
    expect(toLogsQl({ text }).replaceAll(/"(?:[^"\\]|\\.)*"/g, 'S')).toMatch(/^(i\(S\*?\) ?|!\*)+$/)
    expect(toLogsQl({ order: text }).isWellFormed()).toBe(true)
  },
)
