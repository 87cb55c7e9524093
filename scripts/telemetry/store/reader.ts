import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { type SegmentFile, segmentsIn } from './folder.ts'
import type { Span } from './records.ts'
import { faultOf, tagOf, warnLevel } from './segment.ts'
import { anyOf, expressionOf } from './words.ts'

/** Which lines of all logs. What is absent is not asked for. */
export interface LogQuery {
  /** Words, as `expressionOf` reads them. */
  readonly text?: string
  /** An order: lines that name it, and those of the traces that do. */
  readonly order?: string
  readonly trace?: string
  /** A workload or a replica. */
  readonly service?: string
  /** The least of pino's numbers. */
  readonly level?: number
  /** Milliseconds since the epoch. */
  readonly since?: number
}

/** One line that was found. */
export interface FoundLine {
  readonly time: number
  /** JSON, on one line. */
  readonly line: string
}

/** How far a reader has come: the last line of each segment, by its number. */
export type Cursor = ReadonlyMap<number, number>

export interface StoreReader {
  /** The latest lines, at most `limit`, in the order of their times; and from where `linesAfter` goes on. */
  latest(query: LogQuery, limit: number): { readonly lines: readonly FoundLine[]; readonly cursor: Cursor }
  /** What has come since, in the order of times. */
  linesAfter(query: LogQuery, cursor: Cursor): { readonly lines: readonly FoundLine[]; readonly cursor: Cursor }
  /** In the order of their beginnings. */
  spansOf(traceId: string): readonly Span[]
  /** Traces that have to do with an order, the one that began first in front. */
  tracesOf(order: string): readonly string[]
  /** The order of the newest span that has one. */
  newestOrder(): string | undefined
  /** Why segments could not be read; one line each, and each once. */
  readonly damaged: readonly string[]
  close(): void
}

/** Of one order: more would be an order that is in everything. */
const mostTraces = 50

/** Whether there is anything to read. */
export const isStore = (folder: string): boolean => segmentsIn(folder).length > 0

/** Reads a store, also while it is written, and after. A damaged segment is passed over and named. */
export function openReader(folder: string): StoreReader {
  const open = new Map<string, DatabaseSync>()
  const damaged = new Map<string, string>()

  /** Segments come and go while a reader is open. */
  function each<T>(read: (database: DatabaseSync, segment: SegmentFile) => T): T[] {
    for (const [file, database] of open)
      if (!existsSync(file)) {
        database.close()
        open.delete(file)
      }
    return segmentsIn(folder).flatMap((segment) => {
      const { file } = segment
      if (damaged.has(file)) return []
      try {
        const database = open.get(file) ?? new DatabaseSync(file, { readOnly: true, timeout: busyForMs })
        open.set(file, database)
        return [read(database, segment)]
      } catch (error) {
        // Removed in the meantime, or begun and without its tables yet.
        if (!existsSync(file) || isUnfinished(error)) return []
        if (faultOf(error) !== 'damaged') throw error
        damaged.set(file, `${file} is damaged and left out: ${error instanceof Error ? error.message : error}`)
        return []
      }
    })
  }

  const tracesOf = (order: string): string[] => {
    const first = new Map<string, number>()
    const found = each((database) => [
      ...database.prepare('SELECT trace, min(start) / 1000 AS time FROM spans WHERE "order" = ? GROUP BY trace').all(order),
      ...database
        .prepare(
          'SELECT trace, min(time) AS time FROM words JOIN lines ON lines.id = words.rowid WHERE words MATCH ? AND trace IS NOT NULL GROUP BY trace',
        )
        .all(`text: (${anyOf([order])})`),
    ]).flat()
    for (const { trace, time } of found)
      first.set(String(trace), Math.min(first.get(String(trace)) ?? Number.POSITIVE_INFINITY, Number(time)))
    return [...first]
      .sort(([, a], [, b]) => a - b)
      .slice(0, mostTraces)
      .map(([trace]) => trace)
  }

  /** The number of the first segment that can have lines from this time on: the next one was begun before it. */
  const oldestSince = (since: number): number =>
    Math.max(
      0,
      ...each((database, { number }) => {
        const begun = Number(database.prepare('SELECT begun FROM segment').get()?.begun)
        return begun < since - clocksDifferByMs ? number : 0
      }),
    )

  const search = (query: LogQuery, range: (segment: SegmentFile) => { readonly after: number; readonly limit: number }) => {
    const { sql, values } = statementOf(query, query.order === undefined ? [] : tracesOf(query.order))
    const oldest = query.since === undefined ? 0 : oldestSince(query.since)
    const cursor = new Map<number, number>()
    const lines = each((database, segment) => {
      const { after, limit } = range(segment)
      if (segment.number < oldest) return []
      // Both see the same lines, whatever is written meanwhile.
      database.exec('BEGIN')
      try {
        cursor.set(segment.number, Number(database.prepare('SELECT coalesce(max(id), 0) AS id FROM lines').get()?.id))
        return database
          .prepare(sql)
          .all(...values, after, limit)
          .map((row) => ({ time: Number(row.time), line: String(row.line), at: [segment.number, Number(row.id)] as const }))
      } finally {
        database.exec('ROLLBACK')
      }
    })
    return { lines: lines.flat(), cursor }
  }

  return {
    latest: (query, limit) => {
      const { lines, cursor } = search(query, () => ({ after: 0, limit }))
      const newest = lines.sort((a, b) => b.at[0] - a.at[0] || b.at[1] - a.at[1]).slice(0, limit)
      return { lines: inOrder(newest.reverse()), cursor }
    },
    linesAfter: (query, before) => {
      const { lines, cursor } = search(query, ({ number }) => ({ after: before.get(number) ?? 0, limit: -1 }))
      return { lines: inOrder(lines), cursor }
    },
    spansOf: (traceId) => {
      const found = each((database) =>
        database
          .prepare('SELECT json FROM spans WHERE trace = ?')
          .all(traceId)
          .map(({ json }): Span => JSON.parse(String(json))),
      ).flat()
      // A batch that was sent twice may be in two segments.
      return [...new Map(found.map((span) => [span.spanId, span])).values()].sort((a, b) => a.startUs - b.startUs)
    },
    tracesOf,
    newestOrder: () => {
      const newest = each((database) =>
        database.prepare('SELECT "order", start FROM spans WHERE "order" IS NOT NULL ORDER BY start DESC LIMIT 1').get(),
      ).flatMap((row) => (row ? [{ order: String(row.order), start: Number(row.start) }] : []))
      return newest.sort((a, b) => b.start - a.start)[0]?.order
    },
    get damaged() {
      return [...damaged.values()]
    },
    close: () => {
      for (const database of open.values()) database.close()
    },
  }
}

/** A line is stored well within this time of when it says that it was written. */
const clocksDifferByMs = 3_600_000

/** Somebody who writes holds a file for as long as one commit takes. */
const busyForMs = 2_000

const isUnfinished = (error: unknown): boolean => error instanceof Error && error.message.startsWith('no such table')

const inOrder = (lines: readonly FoundLine[]): FoundLine[] =>
  lines.toSorted((a, b) => a.time - b.time).map(({ time, line }) => ({ time, line }))

/** `after` and `limit` are its last two parameters; newest first. */
function statementOf(query: LogQuery, traces: readonly string[]): { sql: string; values: (string | number)[] } {
  const { text, order, trace, service, level, since } = query
  const words = [
    ...(text === undefined ? [] : [`text: (${expressionOf(text) ?? '""'})`]),
    ...(order === undefined ? [] : [`text: (${anyOf([order, ...traces])})`]),
    ...(trace === undefined ? [] : [`text: (${anyOf([trace])})`]),
    ...(service === undefined ? [] : [`tags: (${anyOf([tagOf.workload(service), tagOf.replica(service)])})`]),
    ...(level === undefined || level < warnLevel ? [] : [`tags: (${anyOf(levels.filter((one) => one >= level).map(tagOf.level))})`]),
  ]
  const conditions = [
    ...(level !== undefined && level < warnLevel ? [{ sql: 'level >= ?', value: level }] : []),
    ...(since === undefined ? [] : [{ sql: 'time >= ?', value: since }]),
  ]
  const [table, id] = words.length > 0 ? ['words JOIN lines ON lines.id = words.rowid', 'words.rowid'] : ['lines', 'id']
  const where = [...(words.length > 0 ? ['words MATCH ?'] : []), ...conditions.map(({ sql }) => sql), `${id} > ?`]
  return {
    sql: `SELECT lines.id, time, line FROM ${table} WHERE ${where.join(' AND ')} ORDER BY ${id} DESC LIMIT ?`,
    values: [...(words.length > 0 ? [words.join(' AND ')] : []), ...conditions.map(({ value }) => value)],
  }
}

const levels = [10, 20, 30, 40, 50, 60] as const
