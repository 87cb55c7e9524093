import { expect, test } from 'vitest'
import { benchmark } from '../../../../scripts/bench/benchmark.ts'
import { parseCommand, UsageError } from '../../../../scripts/bench/parse-command.ts'

const sums = benchmark({ summary: 'adds', numbers: { rounds: 3 }, run: async () => ({ lines: [], measured: 0 }) })
const parse = (...args: string[]) => parseCommand(args, { sums })

test('a benchmark gets its numbers, given or usual', () => {
  expect(parse('sums')).toEqual({ name: 'sums', benchmark: sums, numbers: { rounds: 3 }, json: false })
  expect(parse('sums', '--rounds', '7', '--json')).toMatchObject({ numbers: { rounds: 7 }, json: true })
  expect(parse('--help')).toBe('help')
})

test.each([
  [['sums', '--rouns', '7'], /--rouns/],
  [['sums', '--rounds', 'x'], /--rounds x is not a whole number above 0/],
  [['sums', 'twice'], /'twice' is one word too many/],
  [['products'], /There is no benchmark products. There are: sums/],
  [[], /Which benchmark\?/],
])('%s is wrong usage', (args, message) => {
  expect(() => parse(...args)).toThrow(UsageError)
  expect(() => parse(...args)).toThrow(message)
})
