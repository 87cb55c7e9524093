import type { Kafka } from 'kafkajs'
import type { EventLog } from '../../services/shared/runtime/kafka/event-log.ts'
import type { ShopAccess } from '../access/shop-access.ts'
import { UsageError } from '../cli/command-error.ts'
import type { ExitCode } from '../cli/exit-codes.ts'
import { printableJson } from '../cli/printable.ts'

/** What a command is given. */
export interface Request {
  /** Words behind the command's own. */
  readonly words: readonly string[]
  /** By their names in camel case. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>
  /** Results as JSON and nothing else. */
  readonly json: boolean
  /** The shop of the command's target, for what only a service can tell; opened on first use. @throws NoShop */
  access(): Promise<ShopAccess>
  /** Connects to the brokers on first use. @throws NoShop when there are none */
  eventLog(): Promise<EventLog>
  /** The same brokers, for what no service does. @throws NoShop when there are none */
  kafka(): Promise<Kafka>
  print(text: string): void
  /** A line for people who wait; replaced by the next one on a terminal. */
  progress(text: string): void
}

/** What one command of `breakwater events` does; its words and options are in scripts/commands/events.ts. */
export interface EventsCommand {
  run(request: Request): Promise<ExitCode>
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
