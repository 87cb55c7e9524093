import { type Command, Option } from 'commander'
import { jsonOption, targetOption } from '../cli/options.ts'
import { runAction } from '../cli/run-action.ts'
import type { EventsCommand } from '../events/command.ts'
import { heading } from './map.ts'

const moment = 'A moment is a version (7) or a time in RFC 3339 (2026-01-31T12:00:00Z). Both include the event of that moment.'

const lastMeans = 'Instead of an id, last means the one with the newest event: the first row of list.'

/** A command of the event log, as it is written; what it does is loaded when it runs. */
export interface Definition {
  /** With its arguments, as commander reads them. */
  readonly usage: string
  readonly summary: string
  /** Behind the summary in its own help. */
  readonly details?: string
  readonly options?: readonly Option[]
  /** In front of the words that were given. */
  readonly words?: readonly string[]
  readonly load: () => Promise<EventsCommand>
}

const flag = (name: string, description: string): Option => new Option(name, description).default(false)

const definitions: readonly Definition[] = [
  {
    usage: 'list [what]',
    summary: 'list the newest orders (or customers, stock, products, shipments, notifications): id, version, newest event, time',
    details: '[what] is one of order (default), customer, stock, product, shipment, notifications.',
    options: [new Option('--limit <number>', 'how many rows').default('10')],
    load: async () => (await import('../events/commands/list.ts')).list,
  },
  {
    usage: 'show <what> [id]',
    summary: 'show order <id>, or show last: the events of an order across all topics, each with its cause',
    details: lastMeans,
    options: [flag('--all', 'show commands that changed nothing, too')],
    load: async () => (await import('../events/commands/show.ts')).show,
  },
  {
    usage: 'state <what> <id>',
    summary: 'state order <id>: the state now or at a moment (also of customer, stock, product, shipment, notifications)',
    details: `${moment}\n${lastMeans}`,
    options: [new Option('--at <moment>', 'time or version (default: now)')],
    load: async () => (await import('../events/commands/state.ts')).state,
  },
  {
    usage: 'diff <what> <id>',
    summary: 'diff order <id>: how the state changed between two moments, and by which events (also of customer, stock, …)',
    details: `${moment}\n${lastMeans}`,
    options: [new Option('--from <moment>', 'time or version'), new Option('--to <moment>', 'time or version (default: now)')],
    load: async () => (await import('../events/commands/diff.ts')).diff,
  },
  {
    usage: 'verify',
    summary: 'check the whole log: one line for each rule; exit code 1 when one is broken',
    options: [
      new Option('--within <seconds>', 'how long to wait for sagas that are still running').default('10'),
      new Option('--credit-limit <cents>', 'credit limit of a customer, if payments does not run with the default'),
    ],
    load: async () => (await import('../events/commands/verify.ts')).verify,
  },
  {
    usage: 'parked',
    summary: 'list aggregates that are blocked because a service could not handle a command or an event; exit code 1 when there are any',
    load: async () => (await import('../events/commands/parked.ts')).parked,
  },
  {
    usage: 'commands [repair]',
    summary: 'check for commands topics that were deleted and created again: their services decide nothing until they are repaired',
    details:
      'repair moves the end of each such topic to the offset its service expects, and sends skipped commands again. It is safe to repeat.',
    load: async () => (await import('../events/commands/commands.ts')).commands,
  },
  {
    usage: 'rebuild <projection>',
    summary: "rebuild a read model's table from the log beside the one in use, compare both, and switch",
    details: 'The service does the work, so it continues when you interrupt this command. Exit code 1 when rows were different.',
    options: [flag('--keep', 'keep the old table'), new Option('--service <url>', 'URL of an order-history process, http://…')],
    load: async () => (await import('../events/commands/rebuild.ts')).rebuild,
  },
  {
    usage: 'replay',
    summary: 'fold the events since a moment into scratch tables, with the projections of this working copy',
    details: `Use it to try out a projection, or to look at one day alone. It does not touch the shop.
The tables appear when all events are folded; an interrupted replay leaves none.`,
    options: [
      new Option('--since <time>', 'time such as 2026-01-31T12:00:00Z'),
      new Option('--into <where>', 'schema to create in the database of DATABASE_URL, or pglite:<directory>'),
      new Option('--projection <name>', 'only this projection, e.g. order-list'),
    ],
    load: async () => (await import('../events/commands/replay.ts')).replay,
  },
  {
    usage: 'saga',
    summary: 'print the choreography on one page, derived from the rules of the services',
    options: [
      new Option('--format <format>', 'output format').choices(['text', 'mermaid', 'json']).default('text'),
      flag('--observed', 'count how often each arrow occurs in the log; exit code 1 when the log has one that is not on the page'),
    ],
    load: async () => (await import('../events/commands/saga.ts')).saga,
  },
]

const choosing = (): Option[] => [
  new Option('--service <name>', 'only dead letters of this service'),
  new Option('--code <code>', 'only dead letters with this code'),
]

const dlq = (usage: string, summary: string, options: readonly Option[] = [], details?: string): Definition => ({
  usage,
  summary,
  ...(details !== undefined && { details }),
  options: [...choosing(), ...options],
  words: [usage.split(' ', 1)[0] ?? ''],
  load: async () => (await import('../events/commands/dlq.ts')).dlq,
})

const deadLetters: readonly Definition[] = [
  dlq('list', 'list the dead letters'),
  dlq('show <place>', 'show one dead letter with its headers and value, e.g. orders.dlq/0/3'),
  dlq(
    'redrive [places...]',
    'send dead letters to their service again; safe to repeat',
    [
      flag('--all', 'all dead letters, instead of named places'),
      flag('--dry-run', 'only print what would be sent'),
      new Option('--value <file.json>', 'send this value instead, for one command'),
    ],
    'Waits some seconds for the outcomes. Exit code 1 when one becomes a dead letter again.',
  ),
  dlq('discard [places...]', 'give dead letters up, so that those blocked behind them can be redriven', [
    flag('--all', 'all dead letters, instead of named places'),
    flag('--dry-run', 'only print what would be discarded'),
    new Option('--reason <text>', 'why, kept with the dead letter'),
  ]),
]

/** `events …` */
export function addEventsCommand(program: Command): void {
  const events = program
    .command('events')
    .helpGroup(heading('look'))
    .summary('read the event log: what happened, which records are dead letters; rebuild read models')
    .description(
      `Reads the event log of the shop on this machine, of the shop in a cluster
(--target cluster), or of the brokers in --brokers or KAFKA_BROKERS (with
KAFKA_SECURITY as for the services).
Exit code: 0 done; 1 something is wrong with the log, or was not found;
2 wrong usage, or no brokers.`,
    )
  for (const definition of definitions.slice(0, 5)) addLogCommand(events, definition)
  const dlqCommand = events.command('dlq').summary('dead letters, which a service could not handle: list, show, redrive, discard')
  for (const definition of deadLetters) addLogCommand(dlqCommand, definition)
  for (const definition of definitions.slice(5)) addLogCommand(events, definition)
}

/** A command in front of brokers; what it does is loaded when it runs. */
export function addLogCommand(parent: Command, { usage, summary, details, options = [], words = [], load }: Definition): Command {
  const command = parent
    .command(usage)
    .summary(summary)
    .description(`${summary}${details === undefined ? '' : `\n${details}`}`)
  for (const option of options) command.addOption(option)
  return command
    .option('--brokers <host:port>', 'Kafka brokers, separated by commas (default: those of the target)')
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((...given: unknown[]) =>
      runAction(async () => {
        const { target, ...options } = command.opts()
        return (await import('../events/run-events-command.ts')).runEventsCommand(await load(), {
          words: [...words, ...(given.slice(0, -2) as (string | string[] | undefined)[]).flatMap((word) => word ?? [])],
          options,
          target,
        })
      }),
    )
}
