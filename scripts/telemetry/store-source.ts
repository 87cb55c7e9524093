import type { Found, TelemetrySource } from './source.ts'
import { type Cursor, type LogQuery, openReader } from './store/reader.ts'

/** The store in a folder of this machine, also while it is written and before there is anything in it. */
export function storeSource(folder: string): TelemetrySource {
  const reader = openReader(folder)
  const found = (query: LogQuery, { lines, cursor }: Omit<Found, 'next'> & { readonly cursor: Cursor }): Found => ({
    lines,
    next: async () => found(query, reader.linesAfter(query, cursor)),
  })
  return {
    search: async (query, limit) => found(query, reader.latest(query, limit)),
    spansOf: async (traceId) => reader.spansOf(traceId),
    tracesOf: async (order) => reader.tracesOf(order),
    newestOrder: async () => reader.newestOrder(),
    get damaged() {
      return reader.damaged
    },
    close: async () => reader.close(),
  }
}
