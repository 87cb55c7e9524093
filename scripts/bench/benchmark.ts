import type { Line } from './line.ts'

/** What was measured, for a person and for a program. */
export interface Benchmarked {
  readonly lines: readonly Line[]
  readonly measured: unknown
  /** Why some of it says nothing, e.g. that the machine was too slow. */
  readonly inconclusive?: string
}

/** What one `breakwater bench <name>` measures; its options are in scripts/commands/measure.ts. */
export interface Benchmark<Option extends string = string> {
  /** Options with their defaults, all whole, and not below 0. */
  readonly numbers: Readonly<Record<Option, number>>
  run(request: BenchmarkRequest<Option>): Promise<Benchmarked>
}

export interface BenchmarkRequest<Option extends string> {
  readonly numbers: Readonly<Record<Option, number>>
  readonly progress: (line: string) => void
  /** Ends the measurement; what it started is stopped. */
  readonly signal: AbortSignal
}

/** Ties the options to what `run` is given. */
export const benchmark = <const Option extends string>(definition: Benchmark<Option>): Benchmark => definition as unknown as Benchmark
