import { parseArgs } from 'node:util'
import { type EventsCommand, UsageError } from './command.ts'

/** Options of every command. */
const common = {
  brokers: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/**
 * What follows a command's name → its words and options.
 * @throws UsageError when it does not take an option, or not so many words
 */
export function parseCommandLine(args: readonly string[], command: EventsCommand) {
  const options = { ...common, ...command.options }
  const { values, positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options }), Object.keys(options))
  const [tooMuch] = positionals.slice(command.words)
  if (tooMuch !== undefined && !values.help) throw new UsageError(`'${tooMuch}' is one word too many: ${command.usage}`)
  return { values, words: positionals }
}

/** Node's own messages explain how to write the command line of any program. */
function parsed<Value>(parse: () => Value, options: readonly string[]): Value {
  try {
    return parse()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const unknown = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? /'(-[^']*)'/.exec(message)?.[1] : undefined
    if (unknown === undefined) throw new UsageError(message.split('\n')[0])
    throw new UsageError(`there is no option ${unknown}; there are: ${options.map((name) => `--${name}`).join(', ')}`)
  }
}
