import { parseArgs } from 'node:util'
import { connectEventLog } from '../../services/shared/runtime/kafka/connect-event-log.ts'
import type { EventLog } from '../../services/shared/runtime/kafka/event-log.ts'
import { readState } from '../local/state.ts'
import { type EventsCommand, UsageError } from './command.ts'
import { commands } from './commands.ts'
import { ttyProgress } from './tty-progress.ts'

const common = {
  brokers: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

const help = `Looks into the event log of the shop: the one that runs here, or --brokers host:port (or KAFKA_BROKERS).

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

function parse(args: readonly string[], command: EventsCommand) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { ...common, ...command.options } })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

async function brokersOf(given: unknown): Promise<string[]> {
  const brokers = typeof given === 'string' ? given : process.env.KAFKA_BROKERS || (await readState())?.brokers
  if (!brokers) throw new UsageError('no shop runs here; start it with: make up (or give --brokers)')
  return brokers.split(',')
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--help' || name === 'help') {
    process.stdout.write(help)
    return 0
  }
  const command = chosen(name)
  const { values, positionals } = parse(args, command)
  if (values.help) {
    process.stdout.write(`npm run -s events -- ${command.usage}\n  ${command.summary}\n`)
    return 0
  }
  const line = ttyProgress(process.stderr)
  let opened: EventLog | undefined
  const eventLog = async (): Promise<EventLog> => {
    opened ??= connectEventLog({ brokers: await brokersOf(values.brokers), clientId: 'events-tool', logger: silent })
    return opened
  }
  try {
    const print = (text: string): void => {
      line.clear()
      process.stdout.write(text)
    }
    return await command.run({ words: positionals, options: values, json: values.json === true, eventLog, print, progress: line.show })
  } finally {
    line.clear()
    await opened?.close()
  }
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`events: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
