import { setTimeout as delay } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'
import { Type } from 'typebox'
import { eventsTopic } from '../../services/shared/contracts/topology.ts'
import { brokerSecurity, brokerSecurityConfig } from '../../services/shared/runtime/kafka/client/broker-security.ts'
import { type ConnectionOptions, createKafka } from '../../services/shared/runtime/kafka/client/kafkajs-client.ts'
import { connectEventLog } from '../../services/shared/runtime/kafka/connect-event-log.ts'
import type { EventLog } from '../../services/shared/runtime/kafka/event-log.ts'
import { ConfigError, readConfig } from '../../services/shared/runtime/process/config.ts'
import { printableLines } from '../cli/printable.ts'
import { readState } from '../local/state.ts'
import { endWithReader } from './closed-pipe.ts'
import { type EventsCommand, UsageError } from './command.ts'
import { commands } from './commands.ts'
import { parseCommandLine } from './parse-command-line.ts'
import { ttyProgress } from './tty-progress.ts'

const help = `Looks into the event log of the shop: the one that runs here, or --brokers host:port (or KAFKA_BROKERS; KAFKA_SECURITY as the services have it).

${Object.values(commands)
  .map(({ usage, summary }) => `  npm run -s events -- ${usage}\n      ${summary}\n`)
  .join('')}
  --json prints results as JSON. Exit code: 0, 1 when something is wrong with the log or cannot be found, 2 for wrong usage or without brokers.
`

function chosen(name: string | undefined): EventsCommand {
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command)
    throw new UsageError(
      name === undefined ? 'say what to do (--help)' : `there is no '${name}'; there are: ${Object.keys(commands).join(', ')}`,
    )
  return command
}

async function brokersOf(given: unknown): Promise<string[]> {
  const brokers = typeof given === 'string' ? given : process.env.KAFKA_BROKERS || (await readState())?.brokers
  if (!brokers) throw new UsageError('no shop runs here; start it with: make up (or give --brokers)')
  return brokers.split(',')
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Whoever waits at a terminal for longer has given a wrong address; kafkajs itself would try for 20 s. */
const answerWithinMs = 5_000

async function connectionTo(given: unknown): Promise<ConnectionOptions> {
  const security = brokerSecurity(readConfig(Type.Object(brokerSecurityConfig)))
  return { brokers: await brokersOf(given), clientId: 'events-tool', logger: silent, security }
}

/** @throws UsageError when nobody answers there, or not with the events of a shop */
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
  throw new UsageError(`${brokers.join(',')} did not answer with the events of a shop within ${answerWithinMs / 1000} s`)
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--help' || name === 'help') {
    process.stdout.write(help)
    return 0
  }
  const command = chosen(name)
  const { values, words } = parseCommandLine(args, command)
  if (values.help) {
    process.stdout.write(`npm run -s events -- ${command.usage}\n  ${command.summary}\n`)
    return 0
  }
  const line = ttyProgress(process.stderr)
  let opened: EventLog | undefined
  const eventLog = async (): Promise<EventLog> => {
    opened ??= await connect(await connectionTo(values.brokers))
    return opened
  }
  const kafka = async (): Promise<Kafka> => createKafka(await connectionTo(values.brokers))
  try {
    const print = (text: string): void => {
      line.clear()
      process.stdout.write(printableLines(text))
    }
    const json = values.json === true
    return await command.run({ words, options: values, json, eventLog, kafka, print, progress: line.show })
  } finally {
    line.clear()
    await opened?.close()
  }
}

for (const output of [process.stdout, process.stderr]) endWithReader(output)
try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`events: ${printableLines(error instanceof Error ? error.message : String(error))}\n`)
  // At once: a client that has nobody to talk to would go on trying.
  process.exit(error instanceof UsageError || error instanceof ConfigError ? 2 : 1)
}
