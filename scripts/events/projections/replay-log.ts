import { eventSchemas } from '../../../services/shared/contracts/events/events.ts'
import { eventVersions } from '../../../services/shared/contracts/events/versions.ts'
import type { EventLog } from '../../../services/shared/runtime/kafka/event-log.ts'
import { dataCheck } from '../../../services/shared/runtime/messaging/record-codec.ts'
import {
  createTable,
  type Database,
  foldInto,
  type Projection,
  readBatch,
  topicsOf,
} from '../../../services/shared/runtime/projections/index.ts'

export interface ReplayOptions {
  readonly eventLog: Pick<EventLog, 'readPartitions' | 'endOffsets'>
  readonly database: Database
  readonly projections: readonly Projection[]
  /** Name of a projection's table in the database. */
  readonly tableNameOf: (projection: Projection) => string
  /** ms since 1970: earlier events are passed over. */
  readonly since: number
  /** Records read, of those that there are. */
  readonly onRead: (done: number, of: number) => void
}

export interface Replayed {
  /** As the projection calls it. */
  readonly table: string
  readonly rows: number
  readonly events: number
}

/**
 * Folds the log into new tables, with no positions and nothing around them: for experiments.
 * @returns what was made, and how many records could not be read
 */
export async function replayLog(options: ReplayOptions): Promise<{ tables: Replayed[]; unreadable: number }> {
  const { eventLog, database, projections, tableNameOf, since, onRead } = options
  const targets = projections.map((projection) => ({ projection, tableName: tableNameOf(projection), events: 0 }))
  for (const { projection, tableName } of targets)
    for (const statement of createTable(projection.table, tableName)) await database.query(statement)
  const topics = [...new Set(projections.flatMap(topicsOf))]
  const ends = await Promise.all(
    topics.map(async (topic) => [...(await eventLog.endOffsets(topic))].map((end) => [topic, ...end] as const)),
  )
  const of = ends.flat().reduce((sum, [, , end]) => sum + end, 0)
  const reading = {
    check: dataCheck(eventSchemas),
    versions: eventVersions,
    known: new Set(Object.keys(eventSchemas)),
    applied: new Set(projections.flatMap(({ events }) => Object.keys(events))),
  }
  const positions = new Map<string, number>()
  let unreadable = 0
  for await (const batch of eventLog.readPartitions(ends.flat().map(([topic, partition]) => ({ topic, partition, from: 0 })))) {
    const read = readBatch(batch, reading)
    const events = read.events.filter(({ envelope }) => Date.parse(envelope.time) >= since)
    unreadable += read.unreadable.length
    await database.transaction(async (queries) => {
      for (const target of targets) {
        const own = events.filter(({ envelope }) => Object.hasOwn(target.projection.events, envelope.type))
        target.events += own.length
        await foldInto(target.projection, target.tableName, own, queries)
      }
    })
    positions.set(`${batch.topic}/${batch.partition}`, batch.nextOffset)
    onRead(
      [...positions.values()].reduce((sum, offset) => sum + offset, 0),
      of,
    )
  }
  const tables: Replayed[] = []
  for (const { projection, tableName, events } of targets) {
    const [counted] = await database.query<{ rows: number }>(`SELECT count(*) AS rows FROM ${tableName}`)
    tables.push({ table: projection.table.name, rows: counted?.rows ?? 0, events })
  }
  return { tables, unreadable }
}
