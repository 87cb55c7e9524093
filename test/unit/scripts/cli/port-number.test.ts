import { expect, test } from 'vitest'
import { portNumber } from '../../../../scripts/cli/options.ts'

test('a port is a whole number up to 65535; 0 is any that is free', () => {
  expect(['0', '8080', '65535'].map(portNumber)).toEqual([0, 8080, 65_535])
  expect(() => portNumber('65536')).toThrow('It must be a port')
  for (const text of ['-1', '80.5', 'http', '']) expect(() => portNumber(text)).toThrow('It must be a whole number')
})
