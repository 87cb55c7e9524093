import { expect, test } from 'vitest'
import { SeenSignatures } from '../../../../../../services/gateway/authorizers/sigv4/seen-signatures.ts'

test('a signature is new once, and again when it could not be sent any more', () => {
  const seen = new SeenSignatures()
  expect(['a', 'b', 'a'].map((signature) => seen.isFirst(signature, 1000, 0))).toEqual([true, true, false])
  expect(seen.isFirst('a', 2000, 1000)).toBe(false)
  expect(seen.isFirst('a', 2000, 1001)).toBe(true)
})

test('no more are kept than there is room for: the oldest is forgotten', () => {
  const seen = new SeenSignatures()
  for (let i = 0; i <= 100_000; i++) seen.isFirst(`s${i}`, 1000, 0)
  expect(seen.isFirst('s100000', 1000, 0)).toBe(false)
  expect(seen.isFirst('s0', 1000, 0)).toBe(true)
})
