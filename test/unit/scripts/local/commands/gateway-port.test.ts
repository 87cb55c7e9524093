import { expect, test } from 'vitest'
import { gatewayPortOf } from '../../../../../scripts/local/commands/gateway-port.ts'

test('8080, or what PORT says', () => {
  expect(gatewayPortOf({})).toBe(8080)
  expect(gatewayPortOf({ PORT: '' })).toBe(8080)
  expect(gatewayPortOf({ PORT: '9000' })).toBe(9000)
})

test.each(['0', '65536', '80.5', 'http', '-1'])('PORT=%s is refused', (PORT) => {
  expect(() => gatewayPortOf({ PORT })).toThrow(`PORT=${PORT} is not a port`)
})
