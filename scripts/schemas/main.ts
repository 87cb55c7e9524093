import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { eventSchemas } from '../../services/shared/contracts/events/events.ts'
import { eventVersions } from '../../services/shared/contracts/events/versions.ts'
import { commandSchemas } from './command-schemas.ts'
import { compareCommands } from './compare-commands.ts'
import { compareEvents, recordEvents } from './compare-events.ts'
import type { Comparison } from './comparison.ts'

const files = {
  events: 'services/shared/contracts/events/recorded.golden.json',
  commands: 'scripts/schemas/recorded-commands.golden.json',
}

/** What to do in place of a breaking change. */
const instead = {
  events: 'Raise the version in services/shared/contracts/events/versions.ts, with an upcaster from the last one.',
  commands: `Keep the field optional, or accept both shapes; or leave the command as it was and give the new shape a type name of its own.
A type that nobody sends any more, and whose commands are all answered, is taken out of ${files.commands} by hand.`,
}

const usage = `Usage: npm run -s schemas -- check|record
  check   fails when a schema is not recorded, or when its change breaks old events, their readers or commands on their way to a decider
  record  writes new and compatibly changed schemas to
          ${files.events}
          ${files.commands}

A breaking change of an event needs a new version:
${instead.events}

Commands have no versions:
${instead.commands}`

interface Checked {
  readonly kind: keyof typeof files
  readonly types: number
  readonly comparison: Comparison
  /** The record with what is declared in it. */
  readonly record: unknown
}

const read = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
const write = (path: string, record: unknown) =>
  writeFileSync(new URL(`../../${path}`, import.meta.url), `${JSON.stringify(record, undefined, 2)}\n`)
/** As JSON, because that is what is recorded. */
const json = (schemas: object) => JSON.parse(JSON.stringify(schemas))

function checkedEvents(): Checked {
  const recorded = read(files.events)
  const declared = { schemas: json(eventSchemas), versions: eventVersions }
  const types = Object.keys(eventSchemas).length
  return { kind: 'events', types, comparison: compareEvents(recorded, declared), record: recordEvents(recorded, declared) }
}

function checkedCommands(): Checked {
  const declared = json(commandSchemas)
  const types = Object.keys(commandSchemas).length
  return { kind: 'commands', types, comparison: compareCommands(read(files.commands), declared), record: declared }
}

/** @returns the exit code: 1 when something breaks or is not recorded, 2 for wrong usage */
function main(): number {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } })
  const [command = ''] = positionals
  if (values.help || positionals.length !== 1 || !['check', 'record'].includes(command)) {
    if (values.help) console.log(usage)
    else console.error(usage)
    return values.help ? 0 : 2
  }
  const checked = [checkedEvents(), checkedCommands()]
  const broken = checked.filter(({ comparison }) => comparison.breaking.length > 0)
  for (const { kind, comparison } of broken) {
    for (const change of comparison.breaking) console.error(`breaks ${kind}: ${change}`)
    console.error(instead[kind])
  }
  if (broken.length > 0) return 1
  const unrecorded = checked.flatMap(({ comparison }) => comparison.unrecorded)
  if (command === 'record') {
    for (const { kind, record } of checked) write(files[kind], record)
    console.log(unrecorded.length > 0 ? `recorded: ${unrecorded.join(', ')}` : 'nothing new')
    return 0
  }
  if (unrecorded.length > 0) {
    console.error(`not recorded: ${unrecorded.join(', ')}. Run: npm run -s schemas -- record`)
    return 1
  }
  console.log(`${checked.map(({ kind, types }) => `${types} types of ${kind}`).join(', ')}: all are recorded, nothing breaks.`)
  return 0
}

try {
  process.exitCode = main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
