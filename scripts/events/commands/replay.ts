import { projections } from '../../../services/order-history/projections/projections.ts'
import { parseInstant } from '../../../services/shared/contracts/instant.ts'
import { UsageError } from '../../cli/command-error.ts'
import { table } from '../../cli/table.ts'
import { asJson, type EventsCommand, option, type Request } from '../command.ts'
import { fillSchema, SchemaTaken } from '../projections/fill-schema.ts'
import { grouped, progressBar } from '../projections/progress-bar.ts'
import { replayLog } from '../projections/replay-log.ts'
import { openScratch, type ScratchDatabase, scratchDatabase } from '../projections/scratch-database.ts'

/** `replay --since <time> --into <scratch>` */
export const replay: EventsCommand = {
  run: async (request) => {
    const since = momentOf(option(request, 'since', 'a moment such as 2026-01-31T12:00:00Z'))
    const chosen = chosenProjections(request)
    const into = option(request, 'into', 'a schema, or pglite:<directory>')
    const scratch = scratchDatabase(into, process.env.DATABASE_URL)
    // First of all: who has no brokers is left with no directory either.
    const eventLog = await request.eventLog()
    const database = await openScratch(scratch)
    const begun = performance.now()
    const names = chosen.map(({ table: { name } }) => name)
    try {
      const { tables, unreadable } = await fillSchema(database, scratch.schema, names, (tableNameOf) =>
        replayLog({
          eventLog,
          database,
          projections: chosen,
          tableNameOf: (projection) => tableNameOf(projection.table.name),
          since,
          onRead: (done, of) => request.progress(progressBar(done, of, (performance.now() - begun) / 1000)),
        }),
      )
      const told = tables.map((one) => ({ ...one, table: nameIn(scratch, one.table) }))
      const seconds = (performance.now() - begun) / 1000
      if (request.json) request.print(asJson({ tables: told, unreadable, seconds }))
      else {
        const rows = told.map(({ table: name, rows: count, events }) => [name, grouped(count), grouped(events)])
        request.print(table([['table', 'rows', 'events folded'], ...rows]))
        if (unreadable > 0) request.print(`${grouped(unreadable)} records could not be read: npx breakwater events dlq list\n`)
        request.print(`in ${seconds.toFixed(1)} s\n`)
      }
      return 0
    } catch (error) {
      throw error instanceof SchemaTaken ? new UsageError(`${into} has such tables already; choose another place`) : error
    } finally {
      await database.close()
    }
  },
}

/** As in SQL. */
const nameIn = ({ schema }: ScratchDatabase, name: string): string => (schema === 'public' ? name : `${schema}.${name}`)

/** A time, or a day: its first instant in UTC. */
function momentOf(text: string): number {
  const time = parseInstant(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text)
  if (time === undefined) throw new UsageError(`--since '${text}' is no moment such as 2026-01-31T12:00:00Z or 2026-01-31`)
  return time
}

function chosenProjections({ options: { projection: name } }: Request) {
  if (name === undefined) return projections
  const chosen = projections.filter((candidate) => candidate.name === name)
  if (chosen.length === 0) throw new UsageError(`there is no '${name}'; there are: ${projections.map((one) => one.name).join(', ')}`)
  return chosen
}
