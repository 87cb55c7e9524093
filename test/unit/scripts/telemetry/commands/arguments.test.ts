import { expect, test } from 'vitest'
import { traceIdIn, traceIdOf } from '../../../../../scripts/telemetry/commands/ids.ts'
import { sinceOf } from '../../../../../scripts/telemetry/commands/since.ts'

const now = Date.parse('2026-01-02T03:04:05Z')
const id = '0af7651916cd43dd8448eb211c80319c'

test('since: a time span back from now, or a time', () => {
  expect(sinceOf('90s', now)).toBe(now - 90_000)
  expect(sinceOf('1.5h', now)).toBe(now - 5_400_000)
  expect(sinceOf('2d', now)).toBe(now - 172_800_000)
  expect(sinceOf('2026-01-01T00:00:00Z', now)).toBe(Date.parse('2026-01-01T00:00:00Z'))
  for (const text of ['', 'noon', '10', '-5m', '5 weeks', '2026-02-30T00:00:00Z']) expect(() => sinceOf(text, now)).toThrow('is neither')
})

test('a trace id, also as it stands in a header', () => {
  expect(traceIdIn(id)).toBe(id)
  expect(traceIdIn(`00-${id.toUpperCase()}-00f067aa0ba902b7-01`)).toBe(id)
  for (const text of ['', 'last', 'ord_1', id.slice(1), `${id}0`]) expect(traceIdIn(text)).toBeUndefined()
  expect(() => traceIdOf('xyz')).toThrow("'xyz' is no trace id")
})
