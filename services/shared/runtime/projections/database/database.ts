/** Runs SQL. `Row` is what the statement makes: columns come as told in `column-types.ts`. Pass JSON as text (`JSON.stringify`). */
export interface Queries {
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>
}

/** PostgreSQL, wherever it runs. */
export interface Database extends Queries {
  /** Commits when `work` resolves, else rolls back and throws what it threw. */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>
  /**
   * Runs `work` unless work of this name is running anywhere on this database. Not for safety: who loses the connection loses the right
   * without noticing it.
   * @returns undefined when somebody else is at it
   */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T | undefined>
  /**
   * Receives what is notified on a channel (`SELECT pg_notify(…)`) by any process on this database, from a moment after the call on.
   * @returns ends it
   */
  listen(channel: string, listener: Listener): () => Promise<void>
  close(): Promise<void>
}

export interface Listener {
  onMessage(message: string): void
  /** Listening begins, at first or again after a connection was lost: whatever was notified before has perhaps not been received. */
  onGap(): void
}

/** What `openDatabase` takes: a server, or a directory for PostgreSQL inside this process. */
export const databaseUrlPattern = '^(postgres(ql)?://.+|pglite:.+)$'
