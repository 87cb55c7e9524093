import { expect, test } from 'vitest'
import { parseHash, tokenIn } from '../../../../../scripts/console/page/route.ts'

test('a place is a view, what is behind it, and a query', () => {
  const { view, rest, query } = parseHash('#/orders/ord_1/x%20y?at=3&q=a%3Fb')
  expect([view, rest, [...query]]).toEqual([
    'orders',
    ['ord_1', 'x y'],
    [
      ['at', '3'],
      ['q', 'a?b'],
    ],
  ])
})
test.each(['', '#', '#/'])('%j is no view', (hash) => expect(parseHash(hash)).toMatchObject({ view: '', rest: [] }))
test('what cannot be decoded stays as it is', () => expect(parseHash('#/logs/%E0%A4%A').rest).toEqual(['%E0%A4%A']))

test('a token is taken out, and the place behind it stays', () => {
  expect(tokenIn('#token=aB_-9')).toEqual({ token: 'aB_-9', rest: '' })
  expect(tokenIn('#token=aB&/orders/ord_1')).toEqual({ token: 'aB', rest: '#/orders/ord_1' })
  expect(tokenIn('#/orders?token=x')).toBeUndefined()
  expect(tokenIn('#token=')).toBeUndefined()
})
