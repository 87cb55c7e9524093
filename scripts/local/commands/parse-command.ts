import { parseArgs } from 'node:util'

/** What a command line of `scripts/local` asks for. */
export type LocalCommand =
  | { readonly name: 'up'; readonly foreground: boolean }
  | { readonly name: 'down'; readonly purge: boolean }
  | { readonly name: 'status'; readonly json: boolean }
  | { readonly name: 'logs'; readonly of?: string; readonly follow: boolean; readonly lines: number; readonly json: boolean }
  | { readonly name: 'restart'; readonly replica: string }
  /** What `up` starts. */
  | { readonly name: 'supervise' }
  | { readonly name: 'help' }

/** The command was used incorrectly. The message is one line that says how it is used. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>

const flag = { type: 'boolean', default: false } as const
/** What each command takes: options, and at most so many words. */
const takes = {
  up: { options: { foreground: flag }, words: 0 },
  down: { options: { purge: flag }, words: 0 },
  status: { options: { json: flag }, words: 0 },
  logs: {
    options: { follow: { ...flag, short: 'f' }, lines: { type: 'string', short: 'n', default: '200' }, json: flag },
    words: 1,
  },
  restart: { options: {}, words: 1 },
  supervise: { options: {}, words: 0 },
} satisfies Record<Exclude<LocalCommand['name'], 'help'>, { options: Options; words: number }>

/**
 * The words after `scripts/local/main.ts` → the command.
 * @throws UsageError naming an unknown command, an option that the command does not take, a word too many or too few
 */
export function parseCommand(argv: readonly string[]): LocalCommand {
  const [name = 'help', ...args] = argv
  if (['help', '--help', '-h'].includes(name) || args.includes('--help') || args.includes('-h')) return { name: 'help' }
  switch (name) {
    case 'up':
      return { name, ...parsed(name, args, takes.up).values }
    case 'down':
      return { name, ...parsed(name, args, takes.down).values }
    case 'status':
      return { name, ...parsed(name, args, takes.status).values }
    case 'logs': {
      const { values, words } = parsed(name, args, takes.logs)
      const lines = Number(values.lines)
      if (!Number.isInteger(lines) || lines < 0) throw new UsageError(`--lines ${values.lines} is not a number of lines.`)
      return { name, ...values, lines, ...(words[0] !== undefined && { of: words[0] }) }
    }
    case 'restart': {
      const [replica] = parsed(name, args, takes.restart).words
      if (!replica) throw new UsageError('Which replica? make restart REPLICA=catalog-0')
      return { name, replica }
    }
    case 'supervise':
      return { name, ...parsed(name, args, takes.supervise).values }
    default:
      throw new UsageError(`There is no command ${name}. See: npm run -s local -- help`)
  }
}

function parsed<Taken extends Options>(name: string, args: string[], { options, words }: { options: Taken; words: number }) {
  const { values, positionals } = read(name, args, options)
  const [tooMuch] = positionals.slice(words)
  if (tooMuch !== undefined) throw new UsageError(`${name}: '${tooMuch}' is one word too many.`)
  return { values, words: positionals }
}

/** Node's own messages explain how to write the command line of any program. */
function read<Taken extends Options>(name: string, args: string[], options: Taken) {
  try {
    return parseArgs({ args, allowPositionals: true, options })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const unknown = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? /'(-[^']*)'/.exec(message)?.[1] : undefined
    const known = Object.keys(options).map((option) => `--${option}`)
    if (unknown === undefined) throw new UsageError(`${name}: ${message.split('\n')[0]}`)
    throw new UsageError(`${name} takes no ${unknown}; it takes ${known.join(', ') || 'no options'}.`)
  }
}
