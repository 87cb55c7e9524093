import { Command, type Help } from 'commander'
import { addClusterCommands } from './cluster.ts'
import { addConsoleCommand } from './console.ts'
import { addDevelopCommands } from './develop.ts'
import { addEventsCommand } from './events.ts'
import { addGatewayCommand } from './gateway.ts'
import { addLocalCommands } from './local.ts'
import { rowsOf } from './map.ts'
import { addMeasureCommands } from './measure.ts'

const epilogue = `
Help for one command: npx breakwater <command> -h
Exit codes: 0 done or passed, 1 failed, 2 wrong usage or no shop is running, 3 inconclusive, 4 something is still broken (the output names it),
130 interrupted. (make exits with 2 for every code but 0.)`

/** All commands, without what they do: that is loaded when one is run. */
export function createProgram(): Command {
  const program = new Command('npx breakwater')
    .description('An online shop on a service mesh, with experiments that prove its circuit breakers.')
    .usage('<command> …')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) })
    .configureHelp({ visibleCommands, subcommandTerm, subcommandDescription, commandDescription })
    .addHelpText('after', epilogue)
  addLocalCommands(program)
  addClusterCommands(program)
  addMeasureCommands(program)
  addConsoleCommand(program)
  addEventsCommand(program)
  addGatewayCommand(program)
  addDevelopCommands(program)
  return program
}

/** At the top the whole map, with what only make does; below a command its own. */
const visibleCommands = (command: Command): Command[] => (command.parent === null ? rowsOf(command) : [...command.commands])

function subcommandTerm(this: Help, command: Command): string {
  return [command.name(), ...command.registeredArguments.map(argumentText)].join(' ')
}

const argumentText = (argument: Command['registeredArguments'][number]): string => {
  const text = `${argument.name()}${argument.variadic ? '…' : ''}`
  return argument.required ? `<${text}>` : `[${text}]`
}

const subcommandDescription = (command: Command): string => command.summary() || command.description()

const commandDescription = (command: Command): string => command.description() || command.summary()

/** commander says what is wrong on two lines, behind `error:`. */
const oneLine = (text: string): string =>
  `${text
    .trim()
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')}\n`
