import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { eventSchemas } from '../../services/shared/contracts/events/events.ts'
import { eventVersions } from '../../services/shared/contracts/events/versions.ts'
import type { JsonSchema } from './breaking-changes.ts'
import { compareSchemas, type RecordedSchemas, recordSchemas } from './compare-schemas.ts'

const usage = `Usage: npm run -s schemas -- check|record
  check   fails when an event's schema changed in a way that old events or their readers do not survive, or is not recorded
  record  writes new and compatibly changed schemas to services/shared/contracts/events/recorded.golden.json

A breaking change needs a new version: raise it in services/shared/contracts/events/versions.ts, with an upcaster from the last one.`

const file = new URL('../../services/shared/contracts/events/recorded.golden.json', import.meta.url)

/** @returns the exit code: 1 when something breaks or is not recorded, 2 for wrong usage */
function main(): number {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } })
  const [command = ''] = positionals
  if (values.help || positionals.length !== 1 || !['check', 'record'].includes(command)) {
    if (values.help) console.log(usage)
    else console.error(usage)
    return values.help ? 0 : 2
  }
  const recorded: RecordedSchemas = JSON.parse(readFileSync(file, 'utf8'))
  // As JSON, because that is what is recorded.
  const schemas: Record<string, JsonSchema> = JSON.parse(JSON.stringify(eventSchemas))
  const declared = { schemas, versions: eventVersions }
  const { breaking, unrecorded } = compareSchemas(recorded, declared)
  for (const change of breaking) console.error(`breaks: ${change}`)
  if (breaking.length > 0) {
    console.error('Raise the version in services/shared/contracts/events/versions.ts, with an upcaster from the last one.')
    return 1
  }
  if (command === 'record') {
    writeFileSync(file, `${JSON.stringify(recordSchemas(recorded, declared), undefined, 2)}\n`)
    console.log(unrecorded.length > 0 ? `recorded: ${unrecorded.join(', ')}` : 'nothing new')
    return 0
  }
  if (unrecorded.length > 0) {
    console.error(`not recorded: ${unrecorded.join(', ')}. Run: npm run -s schemas -- record`)
    return 1
  }
  console.log(`${Object.keys(schemas).length} event types: all are recorded, nothing breaks.`)
  return 0
}

try {
  process.exitCode = main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
