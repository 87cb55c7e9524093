import { expect, test } from 'vitest'
import { printable, printableJson, printableLines } from '../../../../scripts/cli/printable.ts'
import { table } from '../../../../scripts/cli/table.ts'

test('columns are as wide as their widest cell', () => {
  expect(
    table([
      ['a', 'bb', 'c'],
      ['aaa', 'b', ''],
    ]),
  ).toBe('a    bb  c\naaa  b\n')
  expect(table([])).toBe('')
})

test('what steers a terminal becomes a sign, and a row stays a row', () => {
  expect(table([['\u001b[31mEVIL\u001b[0m\nNEWLINE', 'x']])).toBe('␛[31mEVIL␛[0m␊NEWLINE  x\n')
  expect(printable('\u007f\u009b31m\u202e')).toBe('␡�31m�')
  expect(printable('“2 × Tea” für 3 €')).toBe('“2 × Tea” für 3 €')
  expect(printableLines('a\u0007\nb\n')).toBe('a␇\nb\n')
})

test('a long cell is cut, so that it does not push the others apart; the last one is whole', () => {
  const [first, second] = table([
    ['k'.repeat(3000), 'x', 'd'.repeat(3000)],
    ['key', 'y', ''],
  ]).split('\n')
  expect(first).toBe(`${'k'.repeat(99)}…  x  ${'d'.repeat(3000)}`)
  expect(second).toBe(`key${' '.repeat(97)}  y`)
})

test('JSON keeps what it says', () => {
  const value = { key: '\u001b[31m\n\u009b\u007f\u202e' }
  const text = printableJson(JSON.stringify(value, undefined, 2))
  expect(JSON.parse(text)).toEqual(value)
  expect(printableLines(text)).toBe(text)
})
