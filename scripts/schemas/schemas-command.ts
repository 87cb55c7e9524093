import { readFileSync, writeFileSync } from 'node:fs'
import { openApiDocument } from '../../services/gateway/api/open-api-document.ts'
import { versions } from '../../services/gateway/api/versions.ts'
import { eventSchemas } from '../../services/shared/contracts/events/events.ts'
import { eventVersions } from '../../services/shared/contracts/events/versions.ts'
import { CommandError } from '../cli/command-error.ts'
import { type ExitCode, exitCodes } from '../cli/exit-codes.ts'
import { printJson } from '../cli/options.ts'
import { commandSchemas } from './command-schemas.ts'
import { compareApis } from './compare-apis.ts'
import { compareCommands } from './compare-commands.ts'
import { compareEvents, recordEvents } from './compare-events.ts'
import type { Comparison } from './comparison.ts'

const files = {
  events: 'services/shared/contracts/events/recorded.golden.json',
  commands: 'scripts/schemas/recorded-commands.golden.json',
  'the API': 'services/gateway/api/recorded.golden.json',
}

/** What to do in place of a breaking change. */
const instead = {
  events: 'Raise the version in services/shared/contracts/events/versions.ts, with an upcaster from the last one.',
  commands: `Keep the field optional, or accept both shapes; or leave the command as it was and give the new shape a type name of its own.
A type that nobody sends any more, and whose commands are all answered, is taken out of ${files.commands} by hand.`,
  'the API': `Leave the version as it is, and give the change to the next one (services/gateway/api/versions.ts).
A version whose sunset has passed is taken out of ${files['the API']} by hand.`,
}

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

async function checkedApi(): Promise<Checked> {
  const documents = await Promise.all(versions.map(async (version) => [version.name, await openApiDocument(version)] as const))
  const declared = Object.fromEntries(documents)
  const types = versions.reduce((total, { routes }) => total + routes.length, 0)
  return { kind: 'the API', types, comparison: compareApis(read(files['the API']), declared), record: declared }
}

const allChecked = async (): Promise<Checked[]> => [checkedEvents(), checkedCommands(), await checkedApi()]

/**
 * `schemas check`: fails when a schema is not recorded, or when its change breaks old events, their readers, commands on their way or callers of the API.
 */
export async function checkSchemas({ json }: { readonly json: boolean }): Promise<ExitCode> {
  const checked = await allChecked()
  const outcome = outcomeOf(checked)
  if (json) printJson(outcome)
  if (outcome.breaking.length > 0) return refuse(checked)
  if (outcome.unrecorded.length > 0)
    throw new CommandError(`not recorded: ${outcome.unrecorded.join(', ')}. Run: npx breakwater schemas record`)
  if (!json)
    console.log(
      `${checked.map(({ kind, types }) => `${types} ${kind === 'the API' ? 'routes' : 'types'} of ${kind}`).join(', ')}: all are recorded, nothing breaks.`,
    )
  return exitCodes.done
}

/** `schemas record`: writes new and compatibly changed schemas, unless one breaks something. */
export async function recordSchemas({ json }: { readonly json: boolean }): Promise<ExitCode> {
  const checked = await allChecked()
  const outcome = outcomeOf(checked)
  if (outcome.breaking.length > 0) {
    if (json) printJson(outcome)
    return refuse(checked)
  }
  for (const { kind, record } of checked) write(files[kind], record)
  if (json) printJson({ recorded: outcome.unrecorded })
  else console.log(outcome.unrecorded.length > 0 ? `recorded: ${outcome.unrecorded.join(', ')}` : 'nothing new')
  return exitCodes.done
}

const outcomeOf = (checked: readonly Checked[]) => ({
  breaking: checked.flatMap(({ comparison }) => comparison.breaking),
  unrecorded: checked.flatMap(({ comparison }) => comparison.unrecorded),
})

/** Says what breaks, and what to do instead. */
function refuse(checked: readonly Checked[]): ExitCode {
  for (const { kind, comparison } of checked.filter((one) => one.comparison.breaking.length > 0)) {
    for (const change of comparison.breaking) console.error(`breaks ${kind}: ${change}`)
    console.error(instead[kind])
  }
  return exitCodes.failed
}
