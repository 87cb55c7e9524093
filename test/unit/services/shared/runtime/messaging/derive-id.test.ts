import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deriveId } from '../../../../../../services/shared/runtime/messaging/derive-id.ts'

test('the same parts give the same id of 22 characters', () => {
  expect(deriveId('event-1', 'MUG-BLUE', 'ReserveStock')).toBe('CQYtR2MNRUTTjXtBgyFdHm')
  expect(deriveId('event-1', 'MUG-BLUE', 'ReserveStock')).toMatch(/^[A-Za-z0-9_-]{22}$/)
})

test('different parts give different ids, however they are cut', () => {
  const parts = fc.array(fc.string(), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      fc.pre(JSON.stringify(one) !== JSON.stringify(other))
      expect(deriveId(...one)).not.toBe(deriveId(...other))
    }),
  )
  expect(deriveId('ab', 'c')).not.toBe(deriveId('a', 'bc'))
})
