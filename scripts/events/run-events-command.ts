import { setTimeout as delay } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'
import { Type } from 'typebox'
import { eventsTopic } from '../../services/shared/contracts/topology.ts'
import { brokerSecurity, brokerSecurityConfig } from '../../services/shared/runtime/kafka/client/broker-security.ts'
import { type ConnectionOptions, createKafka } from '../../services/shared/runtime/kafka/client/kafkajs-client.ts'
import { connectEventLog } from '../../services/shared/runtime/kafka/connect-event-log.ts'
import type { EventLog } from '../../services/shared/runtime/kafka/event-log.ts'
import { ConfigError, readConfig } from '../../services/shared/runtime/process/config.ts'
import { openAccess } from '../access/open-access.ts'
import type { ShopAccess } from '../access/shop-access.ts'
import { NoShop, UsageError } from '../cli/command-error.ts'
import type { ExitCode } from '../cli/exit-codes.ts'
import type { TargetName } from '../cli/options.ts'
import { printableLines } from '../cli/printable.ts'
import type { EventsCommand, Request } from './command.ts'
import { ttyProgress } from './tty-progress.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Whoever waits at a terminal for longer has given a wrong address; kafkajs itself would try for 20 s. */
const answerWithinMs = 5_000

/** What a command is given by who typed it. */
export interface EventsArguments {
  readonly words: readonly string[]
  readonly options: Request['options']
  readonly target: TargetName
}

/**
 * Runs one command in front of the brokers that `--brokers`, KAFKA_BROKERS or the shop of its target names, once it asks for them.
 * @throws CommandError
 */
export async function runEventsCommand(command: EventsCommand, { words, options, target }: EventsArguments): Promise<ExitCode> {
  const line = ttyProgress(process.stderr)
  let reached: Promise<ShopAccess> | undefined
  const access = (): Promise<ShopAccess> => {
    reached ??= openAccess(target)
    return reached
  }
  let connection: Promise<ConnectionOptions> | undefined
  const connected = (): Promise<ConnectionOptions> => {
    connection ??= connectionTo(options.brokers, access)
    return connection
  }
  let opened: EventLog | undefined
  const eventLog = async (): Promise<EventLog> => {
    opened ??= await connect(await connected())
    return opened
  }
  const kafka = async (): Promise<Kafka> => createKafka(await connected())
  const print = (text: string): void => {
    line.clear()
    process.stdout.write(printableLines(text))
  }
  try {
    return await command.run({ words, options, json: options.json === true, access, eventLog, kafka, print, progress: line.show })
  } finally {
    line.clear()
    await opened?.close()
    await (await reached?.catch(() => undefined))?.close()
  }
}

/** @throws NoShop */
async function brokersOf(given: unknown, access: () => Promise<ShopAccess>): Promise<readonly string[]> {
  const named = typeof given === 'string' ? given : process.env.KAFKA_BROKERS
  return named ? named.split(',') : (await access()).brokers()
}

async function connectionTo(given: unknown, access: () => Promise<ShopAccess>): Promise<ConnectionOptions> {
  return {
    brokers: [...(await brokersOf(given, access))],
    clientId: 'events-tool',
    logger: silent,
    security: brokerSecurity(securityConfig()),
  }
}

/** @throws UsageError naming the variable that is wrong */
function securityConfig() {
  try {
    return readConfig(Type.Object(brokerSecurityConfig))
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.message) : error
  }
}

/** @throws NoShop when nobody answers there, or not with the events of a shop */
async function connect(connection: ConnectionOptions): Promise<EventLog> {
  const { brokers } = connection
  const eventLog = connectEventLog(connection)
  const waiting = new AbortController()
  const late = delay(answerWithinMs, false, { signal: waiting.signal })
  const answered = eventLog.endOffsets(eventsTopic('orders')).then(() => true)
  try {
    if (await Promise.race([answered, late])) return eventLog
  } finally {
    waiting.abort()
  }
  answered.catch(() => undefined)
  throw new NoShop(`${brokers.join(',')} did not answer with the events of a shop within ${answerWithinMs / 1000} s`)
}
