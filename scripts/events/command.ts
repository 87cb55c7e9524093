import type { ParseArgsOptionsConfig } from 'node:util'
import type { Kafka } from 'kafkajs'
import type { EventLog } from '../../services/shared/runtime/kafka/event-log.ts'
import { printableJson } from '../cli/printable.ts'

/** Wrong usage: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What a command is given. */
export interface Request {
  /** Words behind the command's own. */
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, string | boolean | undefined>>
  /** Results as JSON and nothing else. */
  readonly json: boolean
  /** Connects to the brokers on first use. @throws UsageError when there are none */
  eventLog(): Promise<EventLog>
  /** The same brokers, for what no service does. @throws UsageError when there are none */
  kafka(): Promise<Kafka>
  print(text: string): void
  /** A line for people who wait; replaced by the next one on a terminal. */
  progress(text: string): void
}

/** One command of `npm run -s events`. */
export interface EventsCommand {
  /** What follows `npm run -s events --`, e.g. `show order <id>`. */
  readonly usage: string
  readonly summary: string
  /** How many it takes at most. */
  readonly words: number
  readonly options?: ParseArgsOptionsConfig
  /** @returns the exit code */
  run(request: Request): Promise<number>
}

/** @throws UsageError unless the word is there */
export function word(request: Request, index: number, what: string): string {
  const found = request.words[index]
  if (found === undefined) throw new UsageError(`${what} is missing`)
  return found
}

/** @throws UsageError when the option is missing */
export function option(request: Request, name: string, what: string): string {
  const found = request.options[name]
  if (typeof found !== 'string') throw new UsageError(`--${name} is missing: ${what}`)
  return found
}

export const asJson = (value: unknown): string => `${printableJson(JSON.stringify(value, undefined, 2))}\n`
