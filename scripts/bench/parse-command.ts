import { parseArgs } from 'node:util'
import type { Benchmark } from './benchmark.ts'

/** The command was used incorrectly; anything else that a benchmark throws is a failure of its own. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Which benchmark, and with which numbers. */
export interface BenchCommand {
  readonly name: string
  readonly benchmark: Benchmark
  readonly numbers: Readonly<Record<string, number>>
  readonly json: boolean
}

/**
 * What follows `npm run bench --` → what it asks for.
 * @throws UsageError naming an unknown benchmark, an option that it does not take, a number that is none, a word too many
 */
export function parseCommand(args: string[], benchmarks: Readonly<Record<string, Benchmark>>): BenchCommand | 'help' {
  const [name] = parseArgs({ args, allowPositionals: true, strict: false }).positionals
  const benchmark = name !== undefined && Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined
  const { values, positionals } = read(args, Object.entries(benchmark?.numbers ?? {}))
  if (values.help) return 'help'
  if (name === undefined || !benchmark) {
    const known = Object.keys(benchmarks).join(', ')
    throw new UsageError(`${name ? `There is no benchmark ${name}.` : 'Which benchmark?'} There are: ${known}.`)
  }
  const [, tooMuch] = positionals
  if (tooMuch !== undefined) throw new UsageError(`'${tooMuch}' is one word too many.`)
  const given: Readonly<Record<string, unknown>> = values
  const numbers = Object.fromEntries(Object.keys(benchmark.numbers).map((option) => [option, positive(option, String(given[option]))]))
  return { name, benchmark, numbers, json: values.json }
}

function read(args: string[], numbers: readonly (readonly [option: string, usual: number])[]) {
  const texts = Object.fromEntries(numbers.map(([option, usual]) => [option, { type: 'string', default: String(usual) } as const]))
  const flags = { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } } as const
  try {
    return parseArgs({ args, allowPositionals: true, options: { ...texts, ...flags } })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.split('. ')[0] : String(error))
  }
}

function positive(option: string, text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new UsageError(`--${option} ${text} is not a whole number above 0.`)
  return number
}
