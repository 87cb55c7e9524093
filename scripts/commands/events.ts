import { type Command, Option } from 'commander'
import { jsonOption, targetOption } from '../cli/options.ts'
import { runAction } from '../cli/run-action.ts'
import type { EventsCommand } from '../events/command.ts'
import { heading } from './map.ts'

const moment = 'A version is a number (7), a time is RFC 3339 (2026-01-31T12:00:00Z) and includes what happened at it.'

const lastMeans = 'In place of an id, last is the one whose newest event is the newest: the first of list.'

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
    summary: 'the newest orders: id, version, newest event, time; or customers, stock, products, shipments, notifications',
    details: 'One word of: order (default), customer, stock, product, shipment, notifications.',
    options: [new Option('--limit <number>', 'how many').default('10')],
    load: async () => (await import('../events/commands/list.ts')).list,
  },
  {
    usage: 'show <what> [id]',
    summary: 'show order <id>: what happened to an order, over all topics, and what led to what; show last: to the newest',
    details: lastMeans,
    options: [flag('--all', 'also commands that changed nothing')],
    load: async () => (await import('../events/commands/show.ts')).show,
  },
  {
    usage: 'state <what> <id>',
    summary: 'state order <id>: its state then, or now; also of customer, stock, product, shipment, notifications',
    details: `${moment}\n${lastMeans}`,
    options: [new Option('--at <moment>', 'a time or a version (default: now)')],
    load: async () => (await import('../events/commands/state.ts')).state,
  },
  {
    usage: 'diff <what> <id>',
    summary: 'diff order <id>: what changed between two moments, and the events that changed it; of whatever has a state',
    details: `${moment}\n${lastMeans}`,
    options: [new Option('--from <moment>', 'a time or a version'), new Option('--to <moment>', 'a time or a version (default: now)')],
    load: async () => (await import('../events/commands/diff.ts')).diff,
  },
  {
    usage: 'verify',
    summary: 'hold the whole log against its promises: a line each; exit code 1 when one is broken',
    options: [
      new Option('--within <seconds>', 'that sagas under way may take to end').default('10'),
      new Option('--credit-limit <cents>', 'of a customer, when payments has another one than usual'),
    ],
    load: async () => (await import('../events/commands/verify.ts')).verify,
  },
  {
    usage: 'parked',
    summary:
      'aggregates whose commands, or whose events that a service subscribes to, wait behind one that cannot be handled; exit code 1 when there are any',
    load: async () => (await import('../events/commands/parked.ts')).parked,
  },
  {
    usage: 'commands [repair]',
    summary: 'commands topics that were made anew: they end before what the events answer, so nobody may decide what they take',
    details: 'repair moves their ends to where owners go on, and sends again what was passed over; it may be repeated.',
    load: async () => (await import('../events/commands/commands.ts')).commands,
  },
  {
    usage: 'rebuild <projection>',
    summary: "make a read model's rows again from the log, beside those in use, compare both and switch",
    details: 'It is the service that does it: it goes on when you stop looking. Exit code 1 when rows were different.',
    options: [flag('--keep', 'keep the old rows'), new Option('--service <url>', 'an order-history process, http://…')],
    load: async () => (await import('../events/commands/rebuild.ts')).rebuild,
  },
  {
    usage: 'replay',
    summary: 'fold the events from a moment on into scratch tables, with the projections of this working copy',
    details: `To try one out, or to see one day alone. Nothing of the shop is touched.
The tables appear when all is folded: who interrupts it leaves none, and may begin anew.`,
    options: [
      new Option('--since <time>', 'a moment such as 2026-01-31T12:00:00Z'),
      new Option('--into <where>', 'a schema, made in DATABASE_URL, or pglite:<directory>'),
      new Option('--projection <name>', 'one table only, e.g. order-list'),
    ],
    load: async () => (await import('../events/commands/replay.ts')).replay,
  },
  {
    usage: 'saga',
    summary: 'the choreography on one page, found by living through the rules',
    options: [
      new Option('--format <format>', 'how it is written').choices(['text', 'mermaid', 'json']).default('text'),
      flag('--observed', 'and how often each arrow was gone along in the log; exit code 1 when something happened that is not on the page'),
    ],
    load: async () => (await import('../events/commands/saga.ts')).saga,
  },
]

const choosing = (): Option[] => [
  new Option('--service <name>', 'only those of one service'),
  new Option('--code <code>', 'only those with one reason'),
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
  dlq('list', 'all of them'),
  dlq('show <place>', 'one with its headers and value, e.g. orders.dlq/0/3'),
  dlq(
    'redrive [places...]',
    'send them again, which may be repeated',
    [
      flag('--all', 'instead of places'),
      flag('--dry-run', 'only say what would be sent'),
      new Option('--value <file.json>', 'corrects the value of one command'),
    ],
    'It waits some seconds for what becomes of them; exit code 1 when one is put aside again.',
  ),
  dlq('discard [places...]', 'give them up, so that what waits behind them can be sent again', [
    flag('--all', 'instead of places'),
    flag('--dry-run', 'only say what would be given up'),
    new Option('--reason <text>', 'why, for whoever asks later'),
  ]),
]

/** `events …` */
export function addEventsCommand(program: Command): void {
  const events = program
    .command('events')
    .helpGroup(heading('look'))
    .summary('look into the event log: what happened, what was put aside, what can be made again')
    .description(
      `Looks into the event log of the shop that runs here, of the one in a cluster (--target cluster), or of the brokers that --brokers or
KAFKA_BROKERS names (KAFKA_SECURITY as the services have it). Exit code: 0, 1 when something is wrong with the log or cannot be found, 2 for wrong usage or without brokers.`,
    )
  for (const definition of definitions.slice(0, 5)) addLogCommand(events, definition)
  const dlqCommand = events.command('dlq').summary('records that were put aside: list, show, redrive, discard')
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
    .option('--brokers <host:port>', 'separated by commas (default: those of the target)')
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
