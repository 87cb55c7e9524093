import type { FoundLine, LogQuery } from './store/reader.ts'
import type { Span } from './store/records.ts'

/** What a search has found until now. */
export interface Found {
  /** In the order of their times. */
  readonly lines: readonly FoundLine[]
  /** The lines that have come since. */
  next(): Promise<Found>
}

/** Where the logs and spans of a target are read: the store on a laptop, other servers in a cluster. */
export interface TelemetrySource {
  /** The latest lines, at most `limit`. */
  search(query: LogQuery, limit: number): Promise<Found>
  /** Of a trace, in the order of their beginnings. */
  spansOf(traceId: string): Promise<readonly Span[]>
  /** Ids of the traces that have to do with an order, the one that began first in front. */
  tracesOf(order: string): Promise<readonly string[]>
  /** The order of the newest span that has one. */
  newestOrder(): Promise<string | undefined>
  /** Parts that could not be read, a line each. */
  readonly damaged: readonly string[]
  close(): Promise<void>
}
