import { UsageError } from '../cli/command-error.ts'
import { unknown } from '../cli/nearest.ts'
import type { Benchmark } from './benchmark.ts'

/**
 * A name and the numbers that were given → the benchmark, and all its numbers.
 * @throws UsageError naming an unknown benchmark, or a number that it does not take
 */
export function chooseBenchmark(
  name: string,
  given: Readonly<Record<string, number>>,
  benchmarks: Readonly<Record<string, Benchmark>>,
): { readonly benchmark: Benchmark; readonly numbers: Readonly<Record<string, number>> } {
  const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined
  if (!benchmark) throw new UsageError(unknown('benchmark', name, Object.keys(benchmarks)))
  const taken = Object.keys(benchmark.numbers)
  const foreign = Object.keys(given).find((option) => !taken.includes(option))
  if (foreign !== undefined)
    throw new UsageError(`${name} takes no --${foreign}; it takes ${taken.map((option) => `--${option}`).join(', ')}`)
  return { benchmark, numbers: { ...benchmark.numbers, ...given } }
}
