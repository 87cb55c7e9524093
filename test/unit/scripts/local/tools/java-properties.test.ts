import { expect, test } from 'vitest'
import { propertiesText } from '../../../../../scripts/local/tools/java-properties.ts'

test('what is not ASCII, and what Java reads as something else, is escaped', () => {
  expect(propertiesText({ 'log.dirs': '/home/zoë/my shop é/🛒' })).toBe('log.dirs=/home/zo\\u00eb/my shop \\u00e9/\\ud83d\\uded2\n')
  expect(propertiesText({ a: 'C:\\new', 'b c': ' x\ty', d: 'PLAINTEXT://h:1,X://h:2' })).toBe(
    'a=C:\\\\new\nb\\ c=\\ x\\u0009y\nd=PLAINTEXT://h:1,X://h:2\n',
  )
})
