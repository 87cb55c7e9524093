import { expect, test } from 'vitest'
import { benchmark } from '../../../../scripts/bench/benchmark.ts'
import { chooseBenchmark } from '../../../../scripts/bench/choose-benchmark.ts'
import { UsageError } from '../../../../scripts/cli/command-error.ts'

const sums = benchmark({ numbers: { rounds: 3, terms: 2 }, run: async () => ({ lines: [], measured: 0 }) })
const choose = (name: string, given: Record<string, number> = {}) => chooseBenchmark(name, given, { sums })

test('a benchmark gets its numbers, given or usual', () => {
  expect(choose('sums')).toEqual({ benchmark: sums, numbers: { rounds: 3, terms: 2 } })
  expect(choose('sums', { rounds: 7 })).toMatchObject({ numbers: { rounds: 7, terms: 2 } })
})

test.each([
  ['sums', { connections: 7 }, 'sums takes no --connections; it takes --rounds, --terms'],
  ['smus', {}, "there is no benchmark 'smus' (did you mean 'sums'?); there are: sums"],
  ['toString', {}, "there is no benchmark 'toString'; there are: sums"],
])('%s %j is wrong usage', (name, given, message) => {
  expect(() => choose(name, given)).toThrow(new UsageError(message))
})
