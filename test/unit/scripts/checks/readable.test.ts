import { expect, test } from 'vitest'
import { readable } from '../../../../scripts/checks/readable.ts'

test('values are put as a person reads them', () => {
  expect([[8, 8, 8], [8, 7], [8], [], { min: 1, max: 2 }, { max: 1.23456 }, { min: 1 }, 'never', true, { a: 1 }].map(readable)).toEqual([
    '8 × 3',
    '[8, 7]',
    '[8]',
    'none',
    '1 … 2',
    '≤ 1.235',
    '≥ 1',
    'never',
    'true',
    '{"a":1}',
  ])
})
