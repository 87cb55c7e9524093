import { projections } from '../../../services/order-history/projections/projections.ts'
import { parseInstant } from '../../../services/shared/contracts/instant.ts'
import { table } from '../../cli/table.ts'
import { asJson, type EventsCommand, option, type Request, UsageError } from '../command.ts'
import { fillSchema, SchemaTaken } from '../projections/fill-schema.ts'
import { grouped, progressBar } from '../projections/progress-bar.ts'
import { replayLog } from '../projections/replay-log.ts'
import { openScratch, type ScratchPlace, scratchPlace } from '../projections/scratch-place.ts'

/** `replay --since <time> --into <scratch>` */
export const replay: EventsCommand = {
  usage: 'replay --since <time> --into <schema | pglite:directory>',
  words: 0,
  summary: `folds the events from a moment on into scratch tables, with the projections of this working copy: to try one out, or to see one day alone.
      A schema is made in DATABASE_URL; --projection order-list makes one table only. Nothing of the shop is touched.
      The tables appear when all is folded: who interrupts it leaves none, and may begin anew`,
  options: { since: { type: 'string' }, into: { type: 'string' }, projection: { type: 'string' } },
  run: async (request) => {
    const since = momentOf(option(request, 'since', 'a moment such as 2026-01-31T12:00:00Z'))
    const chosen = chosenProjections(request)
    const into = option(request, 'into', 'a schema, or pglite:<directory>')
    const place = scratchPlace(into, process.env.DATABASE_URL)
    // First of all: who has no brokers is left with no directory either.
    const eventLog = await request.eventLog()
    const database = await openScratch(place)
    const begun = performance.now()
    const names = chosen.map(({ table: { name } }) => name)
    try {
      const { tables, unreadable } = await fillSchema(database, place.schema, names, (placeOf) =>
        replayLog({
          eventLog,
          database,
          projections: chosen,
          placeOf: (projection) => placeOf(projection.table.name),
          since,
          onRead: (done, of) => request.progress(progressBar(done, of, (performance.now() - begun) / 1000)),
        }),
      )
      const told = tables.map((one) => ({ ...one, table: nameIn(place, one.table) }))
      const seconds = (performance.now() - begun) / 1000
      if (request.json) request.print(asJson({ tables: told, unreadable, seconds }))
      else {
        const rows = told.map(({ table: name, rows: count, events }) => [name, grouped(count), grouped(events)])
        request.print(table([['table', 'rows', 'events folded'], ...rows]))
        if (unreadable > 0) request.print(`${grouped(unreadable)} records could not be read: npm run -s events -- dlq list\n`)
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
const nameIn = ({ schema }: ScratchPlace, name: string): string => (schema === 'public' ? name : `${schema}.${name}`)

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
