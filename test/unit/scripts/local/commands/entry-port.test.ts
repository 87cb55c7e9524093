import { expect, test } from 'vitest'
import { entryPortOf } from '../../../../../scripts/local/commands/entry-port.ts'

test('8080, or what PORT says', () => {
  expect(entryPortOf({})).toBe(8080)
  expect(entryPortOf({ PORT: '' })).toBe(8080)
  expect(entryPortOf({ PORT: '9000' })).toBe(9000)
})

test.each(['0', '65536', '80.5', 'http', '-1'])('PORT=%s is refused', (PORT) => {
  expect(() => entryPortOf({ PORT })).toThrow(`PORT=${PORT} is not a port`)
})
