import { projections } from '../../../services/order-history/projections/projections.ts'
import { table } from '../../terminal/table.ts'
import { asJson, type EventsCommand, option, type Request, UsageError } from '../command.ts'
import { grouped, progressBar } from '../projections/progress-bar.ts'
import { replayLog } from '../projections/replay-log.ts'
import { openScratchPlace } from '../projections/scratch-place.ts'

/** `replay --since <time> --into <scratch>` */
export const replay: EventsCommand = {
  usage: 'replay --since <time> --into <schema | pglite:directory>',
  summary: `folds the events from a moment on into scratch tables, with the projections of this working copy: to try one out, or to see one day alone.
      A schema is made in DATABASE_URL; --projection order-list makes one table only. Nothing of the shop is touched`,
  options: { since: { type: 'string' }, into: { type: 'string' }, projection: { type: 'string' } },
  run: async (request) => {
    const since = momentOf(option(request, 'since', 'a moment such as 2026-01-31T12:00:00Z'))
    const chosen = chosenProjections(request)
    const { database, nameOf } = await openScratchPlace(
      option(request, 'into', 'a schema, or pglite:<directory>'),
      process.env.DATABASE_URL,
    )
    const begun = performance.now()
    try {
      const { tables, unreadable } = await replayLog({
        eventLog: await request.eventLog(),
        database,
        projections: chosen,
        placeOf: (projection) => nameOf(projection.table.name),
        since,
        onRead: (done, of) => request.progress(progressBar(done, of, (performance.now() - begun) / 1000)),
      })
      const seconds = (performance.now() - begun) / 1000
      if (request.json) request.print(asJson({ tables, unreadable, seconds }))
      else {
        const rows = tables.map(({ table: name, rows: count, events }) => [name, grouped(count), grouped(events)])
        request.print(table([['table', 'rows', 'events folded'], ...rows]))
        if (unreadable > 0) request.print(`${grouped(unreadable)} records could not be read: npm run -s events -- dlq list\n`)
        request.print(`in ${seconds.toFixed(1)} s\n`)
      }
      return 0
    } catch (error) {
      throw isTaken(error) ? new UsageError(`${String(request.options.into)} has such tables already; choose another place`) : error
    } finally {
      await database.close()
    }
  },
}

/** PostgreSQL's code for a table that exists. */
const isTaken = (error: unknown): boolean => (Object(error) as { code?: unknown }).code === '42P07'

function momentOf(text: string): number {
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) throw new UsageError(`--since '${text}' is no moment such as 2026-01-31T12:00:00Z or 2026-01-31`)
  return time
}

function chosenProjections({ options: { projection: name } }: Request) {
  if (name === undefined) return projections
  const chosen = projections.filter((candidate) => candidate.name === name)
  if (chosen.length === 0) throw new UsageError(`there is no '${name}'; there are: ${projections.map((one) => one.name).join(', ')}`)
  return chosen
}
