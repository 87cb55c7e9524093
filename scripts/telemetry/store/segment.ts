import { DatabaseSync } from 'node:sqlite'
import { type Batch, type FilePosition, orderAttribute, type Span } from './records.ts'

/** Another number, and what was stored before is not read any more. */
const schemaVersion = 1

/**
 * Ids are one word each (`ord_…-…`, a UUID): an order is found by one look into the index. The index keeps no text of its own, and its
 * rows are never deleted: a segment goes as a whole.
 */
const schema = `
  CREATE TABLE lines (
    id INTEGER PRIMARY KEY, time INTEGER NOT NULL, level INTEGER NOT NULL,
    workload TEXT NOT NULL, replica TEXT NOT NULL, trace TEXT, line TEXT NOT NULL
  );
  CREATE VIRTUAL TABLE words USING fts5(text, tags, content='', tokenize="unicode61 tokenchars '_-'");
  INSERT INTO words(words, rank) VALUES ('hashsize', 4194304);
  CREATE TABLE spans (
    id INTEGER PRIMARY KEY, trace TEXT NOT NULL, span TEXT NOT NULL, start INTEGER NOT NULL, "order" TEXT, json TEXT NOT NULL
  );
  CREATE UNIQUE INDEX spans_of_trace ON spans(trace, span);
  CREATE INDEX spans_of_order ON spans("order", trace) WHERE "order" IS NOT NULL;
  CREATE INDEX newest_of_orders ON spans(start) WHERE "order" IS NOT NULL;
  CREATE TABLE segment (begun INTEGER NOT NULL);
  CREATE TABLE positions (file TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, "offset" INTEGER NOT NULL) WITHOUT ROWID;
  PRAGMA user_version = ${schemaVersion};
`

/** From here on somebody should look at a line; such lines are found through the index, others by reading on. */
export const warnLevel = 40

/** Words of the column `tags`. */
export const tagOf = {
  workload: (workload: string): string => `workload_${workload}`,
  replica: (replica: string): string => `replica_${replica}`,
  level: (level: number): string => `level_${level}`,
} as const

/** One file of the store, open for writing. */
export interface Segment {
  /** All or nothing. @throws Error as SQLite says it, see `faultOf` */
  write(batch: Batch): void
  positions(): Map<string, FilePosition>
  bytes(): number
  /** Milliseconds since the epoch. */
  readonly begunAt: number
  close(): void
}

/**
 * Opens a file, or makes it.
 * @throws Error when it is no database, or one of another version
 */
export function openSegment(file: string, now: () => number): Segment {
  const database = new DatabaseSync(file)
  try {
    return segmentOf(database, now)
  } catch (error) {
    database.close()
    throw error
  }
}

function segmentOf(database: DatabaseSync, now: () => number): Segment {
  // After a power cut the newest lines may be missing, never the file: a write-ahead log is synced before it is folded in.
  database.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  database.exec('PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = 33554432')
  const version = numberOf(database, 'user_version')
  if (version === 0) database.exec(`BEGIN; ${schema} INSERT INTO segment VALUES (${now()}); COMMIT`)
  else if (version !== schemaVersion) throw new OtherVersion(`is of version ${version}, and ${schemaVersion} is written now`)
  let last = Number(database.prepare('SELECT coalesce(max(id), 0) AS id FROM lines').get()?.id)
  const line = database.prepare('INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?)')
  const words = database.prepare('INSERT INTO words(rowid, text, tags) VALUES (?, ?, ?)')
  const span = database.prepare('INSERT OR IGNORE INTO spans(trace, span, start, "order", json) VALUES (?, ?, ?, ?, ?)')
  const position = database.prepare('INSERT OR REPLACE INTO positions VALUES (?, ?, ?)')
  const begin = database.prepare('BEGIN')
  const commit = database.prepare('COMMIT')

  const insert = ({ entries, spans, positions }: Batch): number => {
    let id = last
    for (const { time, level, workload, replica, traceId, line: json, text } of entries) {
      id += 1
      line.run(id, time, level, workload, replica, traceId ?? null, json)
      const grave = level >= warnLevel ? ` ${tagOf.level(level)}` : ''
      words.run(id, text, `${tagOf.workload(workload)} ${tagOf.replica(replica)}${grave}`)
    }
    for (const one of spans) span.run(one.traceId, one.spanId, one.startUs, orderOf(one) ?? null, JSON.stringify(one))
    for (const [file, { fingerprint, offset }] of positions) position.run(file, fingerprint, offset)
    return id
  }
  return {
    begunAt: Number(database.prepare('SELECT begun FROM segment').get()?.begun),
    write: (batch) => {
      begin.run()
      try {
        const id = insert(batch)
        commit.run()
        last = id
      } catch (error) {
        // A full disk has ended the transaction already.
        if (database.isTransaction) database.exec('ROLLBACK')
        throw error
      }
    },
    positions: () =>
      new Map(
        database
          .prepare('SELECT file, fingerprint, "offset" FROM positions')
          .all()
          .map((row) => [String(row.file), { fingerprint: String(row.fingerprint), offset: Number(row.offset) }]),
      ),
    bytes: () => numberOf(database, 'page_count') * numberOf(database, 'page_size'),
    close: () => database.close(),
  }
}

const orderOf = ({ attributes }: Span): string | undefined => {
  const order = attributes[orderAttribute]
  return typeof order === 'string' ? order : undefined
}

const numberOf = (database: DatabaseSync, pragma: string): number =>
  Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0])

class OtherVersion extends Error {}

/** SQLite's numbers of results. https://www.sqlite.org/rescode.html */
const busy = new Set([5])
const noRoom = new Set([10, 13])
const damaged = new Set([11, 26])

/** What an error of SQLite means for a store: somebody else holds it, its disk has no room, its file is of no use, or something else. */
export function faultOf(error: unknown): 'busy' | 'no-room' | 'damaged' | 'other' {
  if (error instanceof OtherVersion) return 'damaged'
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined
  if (code === undefined) return 'other'
  return busy.has(code) ? 'busy' : noRoom.has(code) ? 'no-room' : damaged.has(code) ? 'damaged' : 'other'
}
