import { expect, test } from 'vitest'
import { columnTypes } from '../../../../../../../services/shared/runtime/projections/database/column-types.ts'

/** `SELECT oid FROM pg_type` of BIGINT, NUMERIC, TIMESTAMPTZ, TIMESTAMP, DATE. */
test.each([
  [20, '-5', -5],
  [20, '9007199254740991', 9007199254740991],
  [1700, '1.10', '1.10'],
  [1184, '2026-01-02 03:04:05.678+02', '2026-01-02T01:04:05.678Z'],
  [1114, '2026-01-02 03:04:05', '2026-01-02T03:04:05.000Z'],
  [1082, '2026-01-02', '2026-01-02'],
])('type %i: %s is %s', (oid, text, value) => {
  expect(columnTypes[oid]?.(text)).toBe(value)
})

test('a number that JavaScript does not hold exactly is refused', () => {
  expect(() => columnTypes[20]?.('9007199254740992')).toThrow('The BIGINT 9007199254740992 is more than a number holds exactly.')
})
